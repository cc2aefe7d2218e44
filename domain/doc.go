// Package domain holds the rules of VidaPlus Auth and the words they are written in. It reads no clock, does no
// input or output and logs nothing: every function decides from its arguments alone.
//
// The vocabulary, one word a thing, used alike in code, tables, JSON, logs and documents:
//
//   - A user has an opaque id, an e-mail address and a password hash, and is enabled or disabled.
//   - A session begins at a login and belongs to one user. It ends when it is revoked, when its end comes, or when its
//     current token expires.
//   - A token is the JWT a client holds. It is told apart by its TokenID (the claim jti): the token's generation in
//     its session, a dot, and 128 random bits.
//   - Exactly one token of a session is current. A refresh rotates the session: a new token becomes current and the
//     presented one is replaced.
//   - A replaced token presented within the grace is replayed: the caller gets the current token again. Any other
//     old token is reused: somebody else may hold the session, which therefore ends.
//   - An attempt is one password tried on an account from a network address. A limit bounds how many of them may fail; a
//     known device is an address that the account's owner logged in from.
//   - A security event says what happened to an account or a session.
//   - An untracked token was signed by the original VidaPlus and names no session. At its first use it is taken in:
//     a session is made for it, with the untracked token as its current one.
package domain
