package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"go.uber.org/fx"
	"golang.org/x/term"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/adapters/zxcvbn"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Set by the linker in a release: -X main.version=… -X main.commit=…
var version, commit string

// commands returns the command line. Without a word it serves.
func commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "vidaplus-auth",
		Short: "The token service of VidaPlus",
		Long: "The token service of VidaPlus: log in once, then trade a valid access token for a fresh one.\n" +
			"Without a command it serves. It is configured by environment variables, see `vidaplus-auth config`.",
		Version: build().Version,
		Args:    cli.KnownWord,
		RunE:    configured(serve, keyJudges...),
		// What is wrong is told once, by main, in one line.
		SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	// Named before the library would, which would take the letter -v for it too.
	root.Flags().Bool("version", false, "print version, commit and Go version")
	root.SetVersionTemplate(versionLine())
	root.SetFlagErrorFunc(cli.WrongFlag)
	root.SetHelpCommand(help(root))
	open := func(ctx context.Context, do func(context.Context, cli.Operator) error) error {
		c, err := load()
		if err != nil {
			return err
		}
		return operate(c)(ctx, do)
	}
	root.AddCommand(
		word("serve", "Run the service until SIGTERM or SIGINT", configured(serve, keyJudges...)),
		word("migrate", "Bring the database's schema up to date", configured(migrate)),
		cli.Users(open, passwordRules(zxcvbn.CommonPasswords{})), cli.Sessions(open), cli.Events(open),
		cli.Keys(application.NewGenerateKey(jwtsign.KeyMaker{}, clock()), keyFolder, keyRing),
		word("healthcheck", "Ask the running service whether it can serve", configured(healthcheck)),
		word("config", "Print the effective configuration, secrets masked", configured(printConfig, keyJudges...)),
		word("openapi", "Print the OpenAPI 3.1 document of the API, as JSON", printOpenAPI),
		word("version", "Print version, commit and Go version", printVersion),
	)
	return root
}

// word returns a command that takes no arguments.
func word(name, short string, do func(*cobra.Command, []string) error) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Long: short + ".", Args: cli.Takes(), RunE: do, DisableFlagsInUseLine: true}
}

// help returns the command that tells how another one is used. Cobra's own takes a wrong word for no mistake.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [WORD...]", Short: "Tell how a command is used", Long: "Tell how a command is used.", DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, words []string) error {
			one, rest, err := root.Find(words)
			switch {
			case err != nil:
				return err
			case one.HasAvailableSubCommands():
				err = cli.KnownWord(one, rest)
			default:
				err = cli.Takes()(one, rest)
			}
			if err != nil {
				return err
			}
			return one.Help()
		},
	}
}

// configured hands do the configuration of this process, if the judges find nothing wrong with it either.
func configured(do func(context.Context, configs.Config) error, judges ...configs.Judge) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		c, err := load(judges...)
		if err != nil {
			return err
		}
		return do(cmd.Context(), c)
	}
}

func load(judges ...configs.Judge) (configs.Config, error) {
	terminal := term.IsTerminal(int(os.Stderr.Fd()))
	c, err := configs.Load(os.Environ(), ".", terminal, append(judges, configs.Driver(usable))...)
	if err != nil {
		return configs.Config{}, cli.Usagef("%s", err)
	}
	return c, nil
}

// usable asks the database's driver.
func usable(d configs.Database) error {
	switch d.Engine {
	case configs.Postgres:
		return postgres.Usable(d.URL)
	case configs.MySQL:
		return mysql.Usable(d.URL)
	default:
		return nil
	}
}

func migrate(ctx context.Context, c configs.Config) error {
	c.MigrateOnStart = true
	app := fx.New(core(ctx, c), fx.Invoke(func(gormstore.Engine) {}))
	return run(ctx, app, func(context.Context) error { return nil })
}

func printConfig(_ context.Context, c configs.Config) error {
	c, err := withSecretKey(c, false)
	if err != nil {
		return err
	}
	_, err = fmt.Print(configs.RenderSettings(c.Settings()))
	return err
}

func printVersion(*cobra.Command, []string) error {
	_, err := fmt.Print(versionLine())
	return err
}

func versionLine() string {
	b := build()
	return fmt.Sprintf("vidaplus-auth %s, commit %s, %s\n", b.Version, b.Commit, runtime.Version())
}

// build tells which program this is.
func build() metrics.Build {
	built, known := debug.ReadBuildInfo()
	if !known {
		built = &debug.BuildInfo{}
	}
	v, rev := version, commit
	if v == "" {
		v = built.Main.Version
	}
	for _, setting := range built.Settings {
		if rev == "" && setting.Key == "vcs.revision" {
			rev = setting.Value
		}
	}
	if rev == "" {
		rev = "unknown"
	}
	return metrics.Build{Version: v, Commit: rev}
}
