package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rounds-project/rounds/geo/register/backup"
	"github.com/rounds-project/rounds/web/access"
)

// passphraseVariable names the passphrase of backups in the environment.
const passphraseVariable = "ROUNDS_BACKUP_PASSPHRASE"

type backupFlags struct {
	data, passphraseFile, recipientsFile string
	recipients                           []string
	json                                 bool
}

func newBackupCommand() *cobra.Command {
	var flags backupFlags
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Keep the whole installation in one encrypted file",
		Long: `Writes the database, the key file, the ledger of erasures, the extracts and the photos into one file,
encrypted with age: for a passphrase (--passphrase-file, ` + passphraseVariable + `, or
asked for on a terminal) or for the public keys of who may open it (--recipient). It
reads the file back before it gives it its name, and replaces none. The service may
run meanwhile. Keep the passphrase apart from the file: nobody can open it without.
With DATABASE_URL it connects as the owner, DATABASE_OWNER_URL.`,
		Example: `  rounds backup rounds-2027-03-01.age --passphrase-file /etc/rounds/backup.passphrase
  rounds backup rounds.age --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return runBackup(c.Context(), flags, args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	addDataFlag(c, &flags.data)
	f := c.Flags()
	f.StringVar(&flags.passphraseFile, "passphrase-file", "", "file whose first line is the passphrase")
	f.StringArrayVar(&flags.recipients, "recipient", nil, "public key of age that may open the file, age1...; again for more")
	f.StringVar(&flags.recipientsFile, "recipients-file", "", "file with such keys, one a line")
	f.BoolVar(&flags.json, "json", false, "print size and digest as JSON")
	return c
}

func runBackup(ctx context.Context, flags backupFlags, path string, out, progressOut io.Writer) error {
	lock, err := flags.lock(progressOut)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, flags.data)
	if err != nil {
		return err
	}
	defer database.close()
	if err := database.needOwner("backup"); err != nil {
		return err
	}
	progress := newProgress(progressOut)
	made, err := backup.Write(ctx, backup.Source{
		OwnerURL: database.ownerURL, DataFolder: database.folder, Version: version(),
		Progress: func(step string, done, total int64) { progress.tell(backupSteps[step], done, total) },
	}, path, lock)
	progress.end()
	if err != nil {
		return err
	}
	if flags.json {
		return json.NewEncoder(out).Encode(map[string]any{"file": path, "bytes": made.Bytes, "sha256": hex.EncodeToString(made.SHA256)})
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes, read back and whole.\nsha256 %x\n", path, made.Bytes, made.SHA256)
	return err
}

// backupSteps are the steps of a backup and a restore in words.
var backupSteps = map[string]string{
	backup.StepDatabase: "database", backup.StepFiles: "key and files", backup.StepVerify: "reading the file", backup.StepFinish: "exchanging",
}

// needOwner refuses to go on with the application's login.
func (d *database) needOwner(command string) error {
	if d.ownerURL == "" {
		return fmt.Errorf("rounds: %s: the application's login does not see everything; name the owner's in DATABASE_OWNER_URL", command)
	}
	return nil
}

func (f backupFlags) lock(asked io.Writer) (backup.Lock, error) {
	texts := strings.Join(f.recipients, "\n")
	if f.recipientsFile != "" {
		text, err := os.ReadFile(f.recipientsFile)
		if err != nil {
			return backup.Lock{}, fmt.Errorf("rounds: --recipients-file: %w", err)
		}
		texts += "\n" + string(text)
	}
	if strings.TrimSpace(texts) != "" {
		if f.passphraseFile != "" {
			return backup.Lock{}, usagef("--passphrase-file and --recipient: age takes the one or the other")
		}
		recipients, err := age.ParseRecipients(strings.NewReader(texts))
		if err != nil {
			return backup.Lock{}, usagef("--recipient: %w; want age's public keys, age1...", err)
		}
		return backup.Lock{Recipients: recipients}, nil
	}
	passphrase, err := readPassphrase(f.passphraseFile, true, asked)
	return backup.Lock{Passphrase: passphrase}, err
}

// readPassphrase is that of a file, the environment, or who sits at the terminal; a
// new one is asked for twice and has a shortest length.
func readPassphrase(file string, isNew bool, asked io.Writer) (passphrase string, err error) {
	fromEnvironment := os.Getenv(passphraseVariable)
	switch {
	case file != "":
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("rounds: --passphrase-file: %w", err)
		}
		passphrase, _, _ = strings.Cut(strings.TrimRight(string(text), "\r\n"), "\n")
	case fromEnvironment != "":
		passphrase = fromEnvironment
	case term.IsTerminal(int(os.Stdin.Fd())):
		if passphrase, err = askPassphrase(isNew, asked); err != nil {
			return "", err
		}
	default:
		return "", usagef("no passphrase: name a file with --passphrase-file, or set " + passphraseVariable)
	}
	if passphrase == "" || isNew && len([]rune(passphrase)) < access.ShortestPassword {
		return "", usagef("the passphrase has fewer than %d characters; take a longer one, a sentence for example", access.ShortestPassword)
	}
	return passphrase, nil
}

func askPassphrase(isNew bool, asked io.Writer) (string, error) {
	ask := func(question string) (string, error) {
		fmt.Fprint(asked, question)
		text, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(asked)
		return string(text), err
	}
	passphrase, err := ask("Passphrase of the backup: ")
	if err != nil || !isNew {
		return passphrase, err
	}
	again, err := ask("Once more: ")
	if err == nil && again != passphrase {
		err = usagef("the two passphrases differ")
	}
	return passphrase, err
}

type restoreFlags struct {
	data, passphraseFile, identityFile, ledger string
	replace, yes, foreign                      bool
}

func newRestoreCommand() *cobra.Command {
	var flags restoreFlags
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring an installation back from a backup",
		Long: `Reads all of the file first and refuses one that is damaged, cut off or opened with the
wrong passphrase before it touches anything. Then it restores beside what is there and
exchanges the two at once: a restore that is killed leaves the old installation. An
installation that is in use needs --replace and a confirmation. Afterwards nobody is
signed in, what was erased since the backup is erased again, and accounts and grants
are those of the backup: end those again that were ended since. Stop the service first.
What was erased is known from the ledger in the data folder, erasures.log. On a new
machine name the lost one's newest copy with --ledger: the backup has but its own.
Whoever has a public key can make a file for it: an installation that is in use and has
made backups takes only those, opened with --identity, unless --foreign is given; an
empty one cannot tell, so compare the digest that rounds backup printed.
With DATABASE_URL it connects as the owner, DATABASE_OWNER_URL, who creates a database.`,
		Example: `  rounds restore rounds-2027-03-01.age --passphrase-file /etc/rounds/backup.passphrase
  rounds restore rounds.age --identity key.txt --replace
  rounds restore rounds.age --passphrase-file p --ledger /mnt/lost-machine/erasures.log`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return runRestore(c.Context(), flags, args[0], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	addDataFlag(c, &flags.data)
	f := c.Flags()
	f.StringVar(&flags.passphraseFile, "passphrase-file", "", "file whose first line is the passphrase")
	f.StringVar(&flags.identityFile, "identity", "", "file with the secret key of age that opens the backup")
	f.StringVar(&flags.ledger, "ledger", "", "a ledger of erasures, erasures.log, that is newer than the backup")
	f.BoolVar(&flags.replace, "replace", false, "exchange an installation that is in use")
	f.BoolVar(&flags.foreign, "foreign", false, "with --identity: take a file that this installation has not made")
	f.BoolVar(&flags.yes, "yes", false, "with --replace: do not ask")
	return c
}

func runRestore(ctx context.Context, flags restoreFlags, path string, in io.Reader, out, progressOut io.Writer) error {
	key, err := flags.key(progressOut)
	if err != nil {
		return err
	}
	// That the service still runs is told before anything is asked.
	database, err := ownDatabase(ctx, flags.data)
	if err != nil {
		return err
	}
	defer database.close()
	if err := database.needOwner("restore"); err != nil {
		return err
	}
	if err := flags.confirm(path, in, progressOut); err != nil {
		return err
	}
	progress := newProgress(progressOut)
	manifest, err := backup.Restore(ctx, backup.Target{
		OwnerURL: database.ownerURL, DataFolder: database.folder, Replace: flags.replace, Foreign: flags.foreign, Ledger: flags.ledger,
		Progress: func(step string, done, total int64) { progress.tell(backupSteps[step], done, total) },
	}, path, key)
	progress.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "The installation is that of %s. Everybody signs in anew.\nEnd the accounts and grants again that were ended since then: rounds user list\n", manifest.MadeAt.Local().Format("2006-01-02 15:04"))
	return err
}

func (f restoreFlags) key(asked io.Writer) (backup.Key, error) {
	if f.identityFile == "" {
		passphrase, err := readPassphrase(f.passphraseFile, false, asked)
		return backup.Key{Passphrase: passphrase}, err
	}
	file, err := os.Open(f.identityFile)
	if err != nil {
		return backup.Key{}, fmt.Errorf("rounds: --identity: %w", err)
	}
	defer file.Close()
	identities, err := age.ParseIdentities(file)
	if err != nil {
		return backup.Key{}, usagef("--identity: %w; want age's secret keys, AGE-SECRET-KEY-1...", err)
	}
	return backup.Key{Identities: identities}, nil
}

// confirm asks before an installation goes.
func (f restoreFlags) confirm(path string, in io.Reader, asked io.Writer) error {
	if !f.replace || f.yes {
		return nil
	}
	fmt.Fprintf(asked, "What is in this installation now goes; what is in %s comes. Type replace to go on: ", path)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("rounds: %w", err)
	}
	if strings.TrimSpace(answer) != "replace" {
		return errors.New("rounds: restore: nothing was changed; to do it without being asked add --yes")
	}
	return nil
}
