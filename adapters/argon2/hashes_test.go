package argon2

import (
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// bcryptOf72x is libxcrypt's hash of 72 times "x", and of everything that begins with it.
const bcryptOf72x = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"

// knownHashes were made by other implementations. The verdict supposes that new hashes cost m=65536,t=3,p=4.
var knownHashes = []struct {
	hash, password, verdict string
	cheap                   bool
}{
	// argon2-cffi 23.1 by way of pwdlib, from a database of the original VidaPlus.
	{"$argon2id$v=19$m=65536,t=3,p=4$5XdaRBy2C56unfUMmtJL+A$61vnLj61eqJjLr18CJ7AAjXqD5LrbPvb3NA2z0EjUzY", "maria123", "ok", false},
	{"$argon2id$v=19$m=65536,t=3,p=4$hGT1WQsXTnIHlmnViPhSMA$ObayJ9nMm2Jic/8/bEu5MuNr0ce41sHvcYgtR5IrJCI", "carlos123", "ok", false},
	{"$argon2id$v=19$m=65536,t=3,p=4$VY5dynZ2KHv6wRa59UfjFQ$//klC2ExxFzKF1hUv/GFETeMcnezZPmLY/qOV982I5s", "admin123", "ok", false},
	{"$argon2id$v=19$m=65536,t=3,p=4$/PBZozVECIk8VJtfSk1+kg$rrvQkTkLza8Wr88zlkYHoLg/ZwttCAUAZ6U5ieSUXiE", "inativo123", "ok", false},
	// The command argon2 of the reference implementation, 20171227. The last has the most and longest of everything
	// but memory; one before it has a memory that does not divide by four times its lanes.
	{"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password", "outdated", false},
	{"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x8+VZYURM28OTk4vHURsjA", "correct horse", "outdated", true},
	{"$argon2id$v=19$m=100,t=2,p=3$c2l4dGVlbiBieXRlcyEhIQ$5k6e5cyOvGjmL4NTz7ZD85hd+uZW4jxG4y0ougawcOg", "correct horse", "outdated", true},
	{"$argon2id$v=19$m=256,t=3,p=4$dHdlbnR5LWZvdXIgYnl0ZSBzYWx0c2Fs$jNi4oi173ITIM5eix3WpMqjHA4OEl2yNNq+u2k60iIJrb7ZZXSQ8wc+HPKSU3ItBWJ6XQIVzM01ZLPJVclkeHg", "senha com espaço ", "outdated", true},
	{"$argon2id$v=19$m=129,t=4,p=16$" + saltOf64 + "$ostgp2tKGfJsAAgorLQw89wr0Ss4H+W+", "correct horse", "outdated", true},
	{"$argon2id$v=19$m=131,t=16,p=16$c29tZXNhbHQ$u2f0m8dRT2I6vpAhSzWVCwE+sgo", "pw", "outdated", true},
	// libxcrypt.
	{"$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", "correct horse", "outdated", true},
	{"$2y$05$......................GhrxO9Jau2W65tT0FKrnIWYcY5sAlLW", "correct horse", "outdated", true},
	{"$2a$06$ABCDEFGHIJKLMNOPQRSTUOkAEMZNEYgEb9EQftgy2Pa5F9s/KbfoS", "correct horse", "outdated", true},
	{bcryptOf72x, strings.Repeat("x", 72), "outdated", true},
	// x/crypto.
	{bcryptOf("senha com acentuação"), "senha com acentuação", "outdated", true},
}

var saltOf64 = strings.Repeat("YWFh", 21) + "YQ"

// brokenHashes belong to no password, whatever their key would be.
func brokenHashes() []string {
	const salt, key = "c29tZXNhbHRzb21lc2FsdA", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	good := "$argon2id$v=19$m=32,t=1,p=2$" + salt + "$" + key
	broken := []string{
		"", "plaintext", "$", "$$$$$", "$$$$$$", "!", "*", "\x00", "\xff", good[1:], " " + good, good + "\n", good + " ", good + "$",
		good + "=", good + "\x00", "\n" + good, good + good, strings.ToUpper(good), strings.Repeat(good, 10_000),
		strings.Repeat("$", 1<<20),
	}
	for _, change := range [][2]string{
		{"argon2id", "argon2i"}, {"argon2id", "argon2d"}, {"argon2id", "Argon2id"}, {"argon2id", "scrypt"}, {"argon2id", ""},
		{"v=19", "v=16"}, {"v=19", "v=019"}, {"v=19", "v=20"}, {"v=19", "v="}, {"v=19", ""}, {"$v=19", ""}, {"v=19", "V=19"},
		{"m=32", "m=7"}, {"m=32", "m=15"}, {"m=32", "m=1048577"}, {"m=32", "m=4294967295"}, {"m=32", "m=032"}, {"m=32", "m=+32"},
		{"m=32,", ""}, {"t=1", "t=0"}, {"t=1", "t=17"}, {"t=1", "t=4294967295"}, {"p=2", "p=0"}, {"p=2", "p=17"}, {"p=2", "p=256"},
		{"p=2", "p=2,p=2"}, {"p=2", "p=2,keyid=x"}, {"m=32,t=1", "t=1,m=32"}, {"p=2", "p=2 "}, {"p=2", "p=2\n"},
		{salt, ""}, {salt, "c29tZXM"}, {salt, saltOf64 + "aa"}, {salt, salt[:21] + "B"}, {salt, salt + "=="},
		{salt, salt[:8] + "\n" + salt[8:]}, {salt, salt[:8] + "-" + salt[9:]}, {salt, "\r\n" + salt},
		{key, ""}, {key, key[:20]}, {key, saltOf64 + "aa"}, {key, key[:42] + "d"}, {key, key + "="}, {key, key[:9] + "\r" + key[9:]},
	} {
		broken = append(broken, strings.Replace(good, change[0], change[1], 1))
	}
	hash := bcryptOf72x
	for _, change := range [][2]string{
		{"$2b$", "$2$"}, {"$2b$", "$2x$"}, {"$2b$", "$2c$"}, {"$2b$", "$1$"}, {"$2b$", "2b$"}, {"$04$", "$03$"}, {"$04$", "$16$"},
		{"$04$", "$31$"}, {"$04$", "$32$"}, {"$04$", "$4$"}, {"$04$", "$004$"}, {"$04$", "$-4$"}, {"$04$", "$0x$"}, {"ab", "a\n"},
		{"ab", "a="}, {"ab", "a"}, {"ab", "aab"}, {"0i", "0i\n"}, {"0i", "0ii"}, {"0i", "0"},
	} {
		broken = append(broken, strings.Replace(hash, change[0], change[1], 1))
	}
	return broken
}

// bcryptOf hashes with x/crypto.
func bcryptOf(password string) string {
	made, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		panic(err)
	}
	return string(made)
}
