package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// configure fills every flag of cmd that the command line does not give: from the
// environment, else from the configuration file. A flag --cpu-limit is the key
// cpu-limit and the variable WORKBENCH_CPU_LIMIT; a flag --n of `workbench sample`
// is the key sample.n and the variable WORKBENCH_SAMPLE_N.
func (a *app) configure(cmd *cobra.Command) error {
	v := viper.New()
	v.SetEnvPrefix("WORKBENCH")
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_", "-", "_"))
	v.AutomaticEnv()
	if err := a.readFile(v, cmd); err != nil {
		return err
	}
	var errs []error
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name == "config" || flag.Name == "help" || flag.Changed {
			return
		}
		key := settingKey(cmd, flag)
		if !v.IsSet(key) {
			return
		}
		if err := flag.Value.Set(settingText(v.Get(key))); err != nil {
			errs = append(errs, usageError{fmt.Errorf("setting %s: %w", key, err)})
		}
	})
	a.log = a.logger()
	return errors.Join(errs...)
}

func (a *app) readFile(v *viper.Viper, cmd *cobra.Command) error {
	if !cmd.Flags().Changed("config") && v.IsSet("config") {
		a.config.File = v.GetString("config")
	}
	v.SetConfigFile("workbench.yaml")
	if a.config.File != "" {
		v.SetConfigFile(a.config.File)
	}
	err := v.ReadInConfig()
	if a.config.File == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usageError{fmt.Errorf("configuration file %s: %w", v.ConfigFileUsed(), err)}
	}
	known := knownKeys(cmd.Root())
	for _, key := range v.AllKeys() {
		if v.InConfig(key) && !slices.Contains(known, key) {
			return hint(usageError{fmt.Errorf("configuration file %s: unknown key %s", v.ConfigFileUsed(), key)}, "every flag is a key: a global one as it is, one of a command behind its name, such as sample.n")
		}
	}
	return nil
}

// settingKey is the configuration key of a flag: global flags stand alone, those
// of a command behind its name.
func settingKey(cmd *cobra.Command, flag *pflag.Flag) string {
	if cmd.Root().PersistentFlags().Lookup(flag.Name) == flag {
		return flag.Name
	}
	path := strings.Fields(cmd.CommandPath())[1:]
	return strings.Join(append(path, flag.Name), ".")
}

func knownKeys(root *cobra.Command) []string {
	keys := []string{}
	add := func(cmd *cobra.Command, flags *pflag.FlagSet) {
		flags.VisitAll(func(flag *pflag.Flag) {
			if flag.Name != "help" && flag.Name != "config" {
				keys = append(keys, settingKey(cmd, flag))
			}
		})
	}
	add(root, root.PersistentFlags())
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		add(cmd, cmd.LocalNonPersistentFlags())
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			walk(cmd)
		}
	}
	return keys
}

func settingText(value any) string {
	if list, ok := value.([]any); ok {
		var texts []string
		for _, item := range list {
			texts = append(texts, fmt.Sprint(item))
		}
		return strings.Join(texts, ",")
	}
	return fmt.Sprint(value)
}

// logger writes warnings to stderr, as JSON when the output is JSON.
func (a *app) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if a.config.Quiet {
		options.Level = slog.LevelError
	}
	if a.config.JSON {
		return slog.New(slog.NewJSONHandler(a.err, options))
	}
	return slog.New(slog.NewTextHandler(a.err, options))
}
