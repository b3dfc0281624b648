/**
 * The entries of CHANGELOG.md by their first words, and for each the tests that hold its claims: `changelog.test.ts` compares. A title
 * is given as the source of the test has it, or as a remark in a transcript. Name a test only if it fails once the entry is untrue.
 */
export const CHANGELOG_TABLE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "`add` enrolls an account": {
    "test/qr/read.test.ts": ["every fixture is expected, and the other way round", "reads %s"],
    "test/commands/add.test.ts": [
      "two otpauth codes are never silently reduced to one",
      "nothing: asks, hidden, then for issuer and label",
      "stdin: a bare key as short as %s is refused, or taken with a warning; never shown",
    ],
    "test/commands/any-input.test.ts": ["in %s", "%s: takes the URI in it, and says where it was"],
  },
  "`add --clipboard`": {
    "test/commands/add-sources.test.ts": [
      "takes %s",
      "add %s with answers %j where a region can be selected (%j) takes: %s",
      "goes with --delete-image, also when the seed was there already, and with --json",
    ],
    "test/system/clipboard.test.ts": ["is %s with %j on %s"],
    "test/system/screen-tools.test.ts": ["are %s with %j on %s"],
  },
  "`import` reads": {
    "test/docs.test.ts": ["has every format to import from, by its --format"],
    "test/formats/fixtures.test.ts": ["every format has a fixture", "is read"],
    "test/e2e/pass.test.ts": ["comes in entry by entry; what gpg can't open is named"],
    "test/commands/import.test.ts": [
      "shows what comes in with its code, and asks",
      "merges by seed and parameters, never by label",
      "a store that fails in the middle leaves no account",
    ],
  },
  "An import leaves nothing out": {
    "test/formats/nothing-left-out.test.ts": ["$id/$file"],
    "test/commands/any-input.test.ts": ["Bitwarden: four seeds in the file are four accounts"],
    "test/commands/import.test.ts": ["skips a bad entry with its place and reason, and brings in the rest"],
  },
  "`export` writes": {
    "test/docs.test.ts": ["has every format to export to"],
    "test/formats/round-trips.test.ts": ["gives back the same codes, … random sets"],
    "test/commands/export-pass.test.ts": [
      "an entry for each account, encrypted to the keys of .gpg-id, and read back",
    ],
    "test/commands/import.test.ts": [
      "is exported to a locked file, and comes back",
      "that does not read back as it was written is no export",
      "lists what the format can't hold",
    ],
  },
  "`qr --google`": {
    "test/commands/google.test.ts": [
      "as many accounts in each code as fit the window, code after code, and nothing outside of it",
      "moves all that can go at once, and says what is still on the old one",
    ],
  },
  "`code` prints": {
    "test/otp/code.test.ts": ["at %i s", "RFC 4226 appendix D: the first ten counter values"],
    "test/commands/code.test.ts": [
      "all types and hashes",
      "--next is the one after it, --pair both",
      "--min-remaining waits for the next code when this one is too old, and says so",
      "--at takes seconds and ISO 8601, in UTC where nothing is said",
      "--copy puts it on the clipboard for 30 s and prints nothing",
      "--json is one line, documented field by field",
      "one line each, by name; counting ones are left out, said so, and not used up",
    ],
    "test/commands/watch.test.ts": [
      "shows each code with its name, its devices, and the time left",
      "narrows by every word of it in name, issuer or label, in any case",
      "copies the code of that moment, and marks the row while it is the one shown",
    ],
  },
  "`code --once` hands": {
    "test/commands/once.test.ts": [
      "gives a code once, and then waits for the next one, and says so",
      "--env takes it from TWINSEED_URI, and writes nothing",
      "- takes a URI or a bare key from stdin",
      "comes first, for each code that is printed",
    ],
    "test/commands/once-leases.test.ts": ["of … exactly one gets the code, in each of … rounds"],
    "test/ci.test.ts": ["GitHub Actions: the code is right, and the log is told to hide it"],
  },
  "`--copy` clears": {
    "test/commands/code.test.ts": ["--copy puts it on the clipboard for 30 s and prints nothing"],
    "test/system/clipboard.test.ts": ["holds the text and is cleared later"],
    "test/real/ssh-clipboard.test.ts": ["outside of tmux", "inside of tmux, which keeps nothing of it"],
  },
  "`twinseed ACCOUNT`": {
    "test/transcripts/guesses.txt": [
      "What people type first: words of other tools, accounts alone, and what is nearly a command.",
    ],
  },
  "A library for tests": {
    "test/package.test.ts": ["works as an ES module and with require(), and loads nothing else"],
    "test/library.test.ts": ["at %d s", "reads a URI", "returns the drift of a code, the nearest first"],
  },
  "`qr` draws": {
    "test/commands/qr.test.ts": [
      "is on the alternate screen, account after account, and nowhere else",
      "%j: a PNG that says the same",
      "an SVG",
    ],
    "test/system/terminal.test.ts": [
      "draws on the alternate screen, asks below, draws again after a resize, and wipes all of it",
    ],
    "test/qr/read-back.test.ts": ["finds a drawing of another account", "is never given out as %s"],
  },
  "A copy counts once": {
    "test/commands/device.test.ts": [
      "device after device while the QR code stays; Enter ends",
      "a clock that is off is said, and the copy counts",
      "--json",
    ],
    "test/ledger/proof.test.ts": ["%i s off is reported as %i s", "a code of another account never confirms"],
  },
  "`device replace` moves": {
    "test/commands/device.test.ts": [
      "goes through exactly what is on the old one, can be left, and goes on later",
      "lost, most important first: the AWS root user",
    ],
    "test/commands/audit-truth.test.ts": [
      "a device can be removed, but not one that may have a seed, unless that was a mistake",
    ],
  },
  "`audit` lists": {
    "test/ledger/copies-model.test.ts": [
      "audit says what follows from what it was told, and its advice leads to a green one",
    ],
    "test/commands/audit-calendar.test.ts": [
      "says when each device and each backup is due, with the commands, and names no account",
    ],
    "test/real/reminders.test.ts": [
      "takes the units without a remark, and the timer comes once a month",
      "cron takes the table (needs crontab)",
    ],
  },
  "`device check NAME EXPORT`": {
    "test/commands/audit-truth.test.ts": [
      "same, another seed, missing, and unknown here; exit 8; nothing is imported",
      "import --device says the same, and (2) does not hide that two devices disagree",
    ],
  },
  "`device push KEY ACCOUNT…`": {
    "test/commands/push.test.ts": [
      "of version %s proves its copy at once",
      "gets no seed and no URI as an argument",
      "lists what is on it against the ledger, and what is not right no longer counts",
    ],
    "test/real/ykman.test.ts": ["takes every kind of account, and proves each"],
  },
  "`drill` plays": {
    "test/commands/drill.test.ts": [
      "is tried without the seeds here, which would be gone; only dates are written",
      "notes nothing with %s",
    ],
  },
  "`backup create`, `verify`, `restore`": {
    "test/commands/backup-create.test.ts": [
      "holds every account with its URI, the removed ones, the devices, and itself",
      "is typed twice; a second time if they differ",
      "is made of ten words that leave no trace but on paper",
      "any two open it, in any order, one doesn't",
    ],
    "test/commands/backup-restore.test.ts": [
      "everything is in it: exit 0, and its copies are confirmed",
      "never overwrites: the same name with another seed comes in beside it, an id that is taken gets a new one",
    ],
    "test/backup/age-file.test.ts": ["locked for recipients: each of them opens it, others don't"],
    "test/e2e/recover.test.ts": ["with an identity", "with shares", "with a passphrase"],
  },
  "`backup create FILE.html --page`": {
    "test/commands/recovery-page.test.ts": [
      "is the viewer, with an armored backup between two lines",
      "backup viewer overwrites nothing without --force",
      "holds these accounts and no other, and lacks none for verify and audit",
    ],
    "test/real/recovery-page.test.ts": [
      "opens a backup at its usual cost; first with the wrong passphrase",
      "a damaged backup, and a file that is none: said, and another one can be chosen",
    ],
  },
  "`sheet` makes": {
    "test/sheet/account-page.test.ts": ["has everything that it takes to make codes again"],
    "test/sheet/japanese.test.ts": [
      "has the same keys, commands, QR codes and names",
      "leaves nothing in English but names of things",
    ],
    "test/commands/sheet.test.ts": [
      "the QR code of the whole URI: what `uri` prints",
      "a page for each share, from a file or stdin, without the seed store",
      "%j comes back as it was",
      "%s: nothing is stored",
    ],
  },
  "`note` keeps": {
    "test/commands/note.test.ts": [
      "takes codes from stdin, shows them on stdout, and says on stderr where they went",
      "the ledger knows how many are left, and none of them",
      "a backup has them, and brings them back where there are none",
      "an import takes them in only where it is asked to, and says that they are there",
      "an export takes them along only where it is asked to, and where they fit",
      "a sheet has them only where it is asked to",
    ],
  },
  "Two seed stores": {
    "test/seeds/open.test.ts": [
      "takes a keyring that answers, and leaves nothing behind in it",
      "without a keyring asks at the terminal for a passphrase, twice",
    ],
    "test/seeds/sealed-file.test.ts": ["keeps nothing in clear but ids"],
    "test/e2e/keyring.test.ts": ["to the file store and back takes everything along and leaves no copy"],
    "test/commands/store-move.test.ts": [
      "a key from `store key` opens the store that the seeds were moved to",
    ],
    "test/seeds/store-passphrase.test.ts": [
      "is replaced by the one that opened the store; the raw key stays",
    ],
  },
  "`store unlock-with keyring`": {
    "test/seeds/keyring-slot.test.ts": [
      "opens all seeds without a passphrase, with one connection and one question",
      "has no slot of a keyring: this computer's identity takes its place, also over a new data key",
    ],
    "test/real/keyring-providers.test.ts": [
      "one entry opens 60 accounts with one window; also in a store that two homes share, without a passphrase",
    ],
  },
  "`unlock` and `lock`": {
    "test/real/unlock.test.ts": ["gives codes without the passphrase, and nothing else"],
    "test/unlocking/agent.test.ts": ["codes of the present, and never a seed", "locks itself"],
    "test/unlocking/unlock-when-typed.test.ts": [
      "unlocks for the time that was set, with the key of the store and an idle time of an hour at most",
      "does nothing unless it was asked for",
    ],
  },
  "`sync` shares": {
    "test/real/sync.test.ts": ["rounds of both sides at once: nothing is lost, and both end up the same"],
    "test/ledger/merge-files.test.ts": [
      "come out the same whoever merges",
      "lose no account and no copy that neither side took away",
    ],
    "test/members/format.test.ts": ["has how each entry vouches for the next"],
    "test/real/members-honest.test.ts": ["see in the log who changed what"],
  },
  "`doctor` finds": {
    "test/commands/doctor.test.ts": [
      "is rebuilt from the keyring: the same codes, names from the seeds, config.json with the reason",
      "modes are set right, the rest is for the person",
      "a damaged one, and one that is easier to guess than today's",
      "they are %i ms ahead: exit %i",
      "name and counter are kept where %s is damaged",
    ],
  },
  "`aws enroll` creates": {
    "test/commands/aws-enroll.test.ts": [
      "creates, stores, enables with two fresh codes, and proves with a third",
      "before the seed was stored: the next run deletes the device that nobody has the seed of",
      "at the proof: the next run proves it",
    ],
    "test/commands/aws-faults.test.ts": ["brings AWS into step again"],
    "test/real/aws-enroll.test.ts": ["enrolls: a seed, a pair, a proof"],
  },
  "`aws session` and `aws credentials`": {
    "test/commands/aws-session.test.ts": [
      "spends one code and keeps the session, in two formats",
      "gets a new one when less than five minutes are left",
    ],
    "test/seeds/session-cache.test.ts": [
      "has nothing in clear on disk: neither the session, nor what it was asked for",
    ],
    "test/real/aws.test.ts": ["serves two at once with one code"],
    "test/aws/credentials.test.ts": ["reads what STS answers, and writes it as the tools want it"],
    "test/commands/aws-profiles.test.ts": [
      "takes role, source, device, external ID, duration, session name and region from a role profile",
      "follows a chain of roles: the code goes with the first one",
      "says of %s that it can't work, before anything is spent or asked",
    ],
  },
  "`aws config` writes": {
    "test/commands/aws-config.test.ts": [
      "adds them once, and leaves everything else as it is",
      "turns a hundred over and back: the file differs where it was said, and is then what it was",
    ],
  },
  "`aws audit` compares": {
    "test/commands/aws-audit.test.ts": [
      "finds one of each in an organization of 30 users, nothing else, and nothing after the fixes",
      "is named, each by its own line of the policy, and the exit code is 1",
    ],
  },
  "Shell completion": {
    "test/real/completion.test.ts": [
      "completes commands, options, accounts, devices and files, and evaluates nothing",
    ],
    "test/commands/completion.test.ts": [
      "PowerShell gets what matches, in any case, and may end its line",
      "say on a terminal where they go",
    ],
    "test/commands/examples.test.ts": [
      "has every command with every option, the exit codes and the environment",
      "has examples, and --help shows them",
    ],
    "test/cli/help.test.ts": [
      "of every command is what its --help prints",
      "%s is a topic with a text, and no command has its name",
    ],
    "test/docs.test.ts": [
      "docs/commands.md is what `npm run docs` makes of the commands",
      "docs/commands.md has every exit code of the program, and what it means",
    ],
  },
  "Executables that need no Node.js": {
    "test/standalone/executable.test.ts": ["has what a package needs, and the sums of all that"],
    "test/standalone/deb.test.ts": [
      "is installed in a system that has no Node.js, and no program that it needs is missing",
      "goes from the screenshot to the second device",
    ],
  },
  "Recipes for": {
    "test/ci.test.ts": [
      "GitHub Actions: two jobs of a matrix get two codes",
      "GitLab CI",
      "Playwright",
      "Cypress",
      "Jenkins: two builds on one agent get two codes, and the log has neither of them",
      "aws-vault",
      "awsume: and it is not called if there is no code",
    ],
  },
  "macOS ([docs/macos.md]": {
    "test/commands/doctor-mac.test.ts": ["which keychain, whose Node, what the terminal is allowed"],
    "test/system/clipboard.test.ts": ["is marked as a secret, and no argument"],
    "test/system/macos-files.test.ts": [
      "is the name of the file that is read, and later deleted",
      "of the user's is not taken for gone",
      "of an account is named, and the other accounts are there",
    ],
  },
  "Windows: Ctrl-C": {
    "test/real/windows.test.ts": [
      "Ctrl-C in qr wipes the code, and in watch the codes",
      "a program has a file open, %s: waits until it lets go, or says so",
    ],
    "test/system/patience.test.ts": [
      "the other program lets go: it is done, after growing pauses",
      "it is held for good: says so after a few seconds",
    ],
    "test/commands/doctor.test.ts": [
      "where there are no modes, says who may read the files, or that it can't tell",
    ],
    "test/system/windows-access.test.ts": ["others, and the command that takes their rights away"],
    "test/system/platform-hints.test.ts": [
      "each system has its own way to get git, gpg and the AWS CLI; an unknown one is told what Linux is",
    ],
  },
  "The README and": {
    "test/docs.test.ts": ["has the same commands, in the same order"],
    "test/real/first-page.test.ts": ["README.ja.md"],
    "test/acceptance/story.test.ts": ["from the screenshot to the day when nothing is at risk any more"],
  },
  "[SECURITY.md]": {
    "test/security.test.ts": [
      "$file has a test $title",
      "of table %i have tests, but for the last of the second",
    ],
  },
  "A kill, a full disk": {
    "test/rig/rig.test.ts": ["kills of up to eight processes at once"],
    "test/rig/full-disk.test.ts": ["a disk that is full from any write on", "that is really full"],
    "test/rig/damage.test.ts": ["damaged at every byte"],
    "test/rig/odd-files.test.ts": [
      "in the place of %s is refused, named by doctor, and nothing behind it changes",
      "in the place of %s stays as it is, whatever is done",
    ],
  },
  "What files from elsewhere": {
    "test/limits.test.ts": [
      "each of them is tried here, or by a test that is named here",
      "docs/limits.md has all of them, as they are",
    ],
    "test/fuzz/fuzz.test.ts": ["$name"],
  },
  "No code, QR code, URI or export": {
    "test/commands/null-is-no-proof.test.ts": [
      "another seed under an account's id, by whatever program: no command shows its codes",
    ],
    "test/real/sync-attacks.test.ts": ["names that were exchanged give no code of another account"],
  },
  "Something typed in the wrong place": {
    "test/cli/hidden-seeds.test.ts": [
      "is repeated by no command, whatever the place and the spelling",
      "of %i bytes is not repeated in hex",
      "of %i bytes is not repeated in base64, unless + or / leaves no long part",
    ],
    "test/e2e/leaks.test.ts": [
      "is not quoted where it was typed in the wrong place",
      "is not quoted by a bug of ours, however it comes out, nor by a diagnostic report",
    ],
  },
  "git runs no program": {
    "test/real/sync-attacks.test.ts": ["%s runs nothing"],
    "test/system/git-config.test.ts": [
      "that starts a program is replaced with the user's own, or with none",
      "%s is refused by name",
    ],
    "test/system/find-program.test.ts": [
      "nothing is looked for in the entry %j",
      "no command starts what lies in the current folder (needs git)",
      "gets the path that was found, or our own Node.js",
      "goes without a shell",
      "extensions come in the order of PATHEXT, and no script counts: those need a shell",
    ],
  },
  "twinseed writes only to": {
    "test/system/own-folder.test.ts": [
      "that others can write to is refused, with the command that puts it right",
      "of another user is read with one warning, and never written to (needs root)",
    ],
    "test/real/modes.test.ts": [
      "with umask %s, is for this user alone (needs git)",
      "config.json with mode %s",
      "the records of spent steps, in a folder that others can write to",
      "the repair is what the hint says, and doctor's",
    ],
  },
  "If an older copy": {
    "test/spending/older-folder.test.ts": [
      "a step that was spent stays spent, and there is one warning",
      "%s goes on from the larger counter, and says so",
    ],
    "test/system/state-folder.test.ts": [
      "is made with the first file, for this user alone, whatever the umask",
    ],
  },
  "The same sources": {
    "test/real/same-bytes.test.ts": ["two builds in two folders make the same tarball"],
    "test/supply-chain.test.ts": [
      "the bill of materials lists what is in the package or installed with it, and nothing that we only build with",
    ],
  },
  "`store recipients` is now": {
    "test/transcripts/shared.txt": [
      "The other one joins with three commands: its line, what a member says to it, and what comes back.",
      "Both see the same words.",
    ],
    "test/members/format.test.ts": [
      "has how each entry vouches for the next",
      "has the words, the line of a new member, and what the state folder holds",
    ],
    "test/real/sync.test.ts": [
      "an empty home gets everything with --join",
      "a clone reads at once; it writes once it was told the store's words",
    ],
    "test/real/members-honest.test.ts": ["whose state folders are all lost begin a new list, and join again"],
  },
  "Exit code 9 is new": {
    "test/docs.test.ts": ["docs/commands.md has every exit code of the program, and what it means"],
    "test/real/members-attacks.test.ts": [
      "puts slots of a data key of their own there: nothing comes in, and nothing is sealed with it",
    ],
    "test/real/members-honest.test.ts": ["are a stop that names both, and the words choose"],
    "test/real/sync-attacks.test.ts": [
      "seeds that can't be opened are not taken in, and --replace removes them",
      "what is no text, far too large, a link, or a name in capitals is named, and not taken in",
    ],
  },
  "A file store of the first format": {
    "test/seeds/sealed-file.test.ts": [
      "of the first builds are refused, with the way to bring the store over, and nothing is changed",
    ],
  },
  "Computers are devices": {
    "test/commands/computers.test.ts": [
      "a computer whose host name changed was two devices, and one account on it looked safe",
      "a new computer that restores a backup is a device of its own, and the old one grows stale",
      "the record of an earlier build, which has only a host name, is not this computer, and proves nothing",
    ],
    "test/real/shared-computers.test.ts": ["a computer that joined by sync never became a device"],
  },
  "`device lost` of a member's computer": {
    "test/real/shared-computers.test.ts": [
      "a stolen laptop could not be found: its key goes, and every account on it is named until it has a new seed",
      "a member who was removed could read everything: audit names each account until it has a new seed",
      "both sides replaced one account, and no one was told that one of the two seeds is dead",
    ],
  },
  "`audit` says only": {
    "test/commands/audit-truth.test.ts": [
      "a damaged entry: exit 1, with its name, and the command that brings it back",
      "a device that is not in the list may be lost; a backup knows it, or the user says that it was a mistake",
      "exit 1 wins over 8, and the findings are printed all the same",
      "dates in the future are a finding, which goes once a time server says that the clock is right",
      "is one paragraph, whose commands fix them all; --all shows each",
    ],
  },
  "Only proved copies": {
    "test/commands/ledger-truth.test.ts": [
      "--min-copies 3 counted a device that never proved",
      "Enter instead of a code cleared what audit said of a dead copy",
      "a code of the new seed clears it",
      "a lost phone that was replaced was harmless: its copy of a live seed was forgotten",
      "a replaced phone that was stolen before it was wiped held no account",
      "the person says that it was wiped: then it holds nothing, not even what was removed",
    ],
    "test/ledger/audit.test.ts": ["on a lost device", "on a retired device"],
  },
  "A backup counts only once": {
    "test/commands/audit-truth.test.ts": [
      "it counts once the user says where it is; the file that is written over it does not",
      "a new file follows the old one: no backup is behind any more",
    ],
    "test/commands/locked-truth.test.ts": [
      "a backup that was overwritten still counted for what was removed, and restored since",
    ],
  },
  "`add` and `import` recognize": {
    "test/commands/ledger-truth.test.ts": [
      "forgot a lost phone's copy",
      "had the counter start at 0 again",
      "was taken for the newer one, and the live seed called dead: add -%s",
      "was imported as a new account, without a word",
      "is accepted with --force-old, and then the newer one is dead: what each device has is not known",
    ],
  },
  "`backup create` refuses": {
    "test/commands/locked-truth.test.ts": [
      "one seed that can't be read is left out only if the user says so",
      "%s: each seed was called damaged, and nothing stopped",
      "a backup with more accounts goes into no store that may be the wrong one",
    ],
  },
  "If accounts can't be read": {
    "test/commands/unreadable-accounts.test.ts": [
      "%s: exit 1, and the names of the files",
      "%s: it may be the one that is meant",
    ],
  },
  "Names that differ only": {
    "test/ledger/look-alikes.test.ts": [
      "is the same name to add, and to restore",
      "is told apart where it is there already, and doctor says so",
    ],
  },
  "A locked keyring is waited for": {
    "test/seeds/keyring-waiting.test.ts": [
      "is unlocked by its own window, once for all accounts",
      "is waited for as long as the person needs: two minutes at a terminal, 14 s in scripts, or as given",
      "of a locked keyring in a script is an error, also where there is a passphrase",
    ],
    "test/seeds/open.test.ts": ["file: makes the file store although a keyring answers"],
  },
  "Entries of the keyring": {
    "test/seeds/keyring-waiting.test.ts": [
      "says which account it is, without anything that hides in it",
      "can be left out",
      "is said with both names, and is no missing seed",
    ],
    "test/real/keyring-providers.test.ts": ["another keyring in its place is named, and so is this one"],
  },
  "On macOS, a keychain window": {
    "test/real/keychain.test.ts": ["waits behind a window: exit 6 where no one answers, not a signal"],
  },
  "`--output` requires": {
    "test/commands/output.test.ts": [
      "asks for --force where there is a pipe, and a reader who waits for the seed",
      "asks for --force where there is a device, a file or a link to one",
      "asks for what stdout asks for",
    ],
    "test/system/files.test.ts": ["are known, wherever they lead"],
  },
  "A lease server is trusted": {
    "test/leases/hostile-redis.test.ts": [
      "%s: no code, no record, and the next --once works",
      "a counter of %i does not move ours on",
      "%s is no answer, and not waited for",
    ],
    "test/security.test.ts": ["its figures are the program's"],
  },
  "What `--once` and counters": {
    "test/commands/spent-truth.test.ts": [
      "when one seed is asked for by two ways on one computer",
      "when two accounts have one seed, as after a sync",
      "counters, too: two accounts, the environment, and a code that a device showed",
    ],
  },
  "A code that is typed": {
    "test/commands/audit-truth.test.ts": [
      "is no name: %s",
      "verify and device add ask for what is missing, and know the usual names",
    ],
  },
  "A new passphrase of fewer": {
    "test/seeds/store-passphrase.test.ts": [
      "of fewer than ten characters is asked about once more",
      "a store that is made with %j from the environment",
    ],
    "test/commands/short-passphrase.test.ts": [
      "in the file of: %s",
      "typed for a backup is asked about, and not warned of again",
    ],
  },
  "`list` takes a filter": {
    "test/commands/eyes.test.ts": [
      "shows only what matches",
      "fits the window on a terminal, with a name cut in the middle; a pipe gets all of it",
      "sorts as people do: case does not count, 2 comes before 10",
    ],
  },
  "`import` asks for andOTP's": {
    "test/commands/any-input.test.ts": ["asks for no password where nothing speaks for andOTP"],
    "test/formats/detection.test.ts": [
      "an encrypted andOTP backup is told by its name, as nothing else tells it",
    ],
  },
  "`--at` refuses": {
    "test/commands/ledger-truth.test.ts": [
      "--at %s was another day",
      "a clock before 1970 was a bug in twinseed: %s",
    ],
  },
  "Node's cache": {
    "test/e2e/compile-cache.test.ts": [
      "there is none where Node has none (before 22.8)",
      "is made for the user alone, and serves the next run",
    ],
  },
  "JSON: ": {
    "test/json.test.ts": ["every command with --json was run, and has a section", "$heading", "of %s"],
    "test/real/store-log.test.ts": ["what sync --json prints is in docs/json.md"],
    "test/commands/ledger-truth.test.ts": [
      "forgot a lost phone's copy",
      "was imported as a new account, without a word",
    ],
  },
  "Files: ": {
    "test/commands/note.test.ts": ["the ledger knows how many are left, and none of them"],
    "test/commands/drill.test.ts": [
      "is tried without the seeds here, which would be gone; only dates are written",
      "takes the answer about the root user's e-mail and phone back with a no",
    ],
    "test/commands/recovery-page.test.ts": [
      "holds these accounts and no other, and lacks none for verify and audit",
    ],
  },
  "Two `store move` at once": {
    "test/commands/store-move.test.ts": [
      "the seeds are moved away while old copies are about to be cleared: those that are in use now stay",
      "who has opened the old store finds each seed in the new one",
    ],
  },
  "A `sync` that was killed": {
    "test/real/sync.test.ts": [
      "an account keeps its name where a sync was cut off between its new seed and the end of the old one",
      "a first sync that was killed while it wrote is no other store, even when theirs has moved on",
      "seeds that move to the keyring while it asks the others don't come back",
    ],
  },
  "`sync --init` and": {
    "test/commands/sync.test.ts": [
      "%s with an address that can't be reached makes nothing, and says so",
      "--init where another store is, and --join where none is, leave nothing in the way of the right address",
    ],
  },
  "`device lost` of a computer whose": {
    "test/real/lost-elsewhere.test.ts": [
      "a member that another one added is not known here: it says how to get to know it",
      "a member that another one has removed is lost here too, and its key counts as removed",
    ],
  },
  "`audit` called accounts safe whose": {
    "test/commands/computers.test.ts": [
      "a new disk in the same computer: what the old one had proved does not count, however often it is restored",
      "a computer that was installed again, and has restored its backup %s, is not two safe ones",
      "a backup restored into another folder of the same computer proves what it did",
      "a lost state folder, and the seed of a removed account again: the copy of the computer before does not count",
    ],
    "test/commands/audit-truth.test.ts": [
      "what an export lacks stays in doubt, whatever an older export or an older backup says",
    ],
    "test/backup/restored-copies.test.ts": [
      "%s",
      "a copy that was forgotten here does not come back proved, unless it was proved after all that is known here",
    ],
    "test/commands/backup-restore.test.ts": [
      "a phone that was wiped and taken off the list, and one that was a mistake, do not come back as safe",
    ],
    "test/ledger/merge-files.test.ts": ["its copy was doubted here %s: what came later counts"],
    "test/ledger/audit.test.ts": ["%s"],
  },
  "`audit` counted this computer": {
    "test/commands/file-seeds.test.ts": [
      "a seed that is gone from the file store was a safe copy all the same",
      "an account whose entry is gone, while its seed is there, is not passed over",
      "a seed that another process is just storing is none without an entry, and seeds that move away are not gone",
    ],
  },
  "A replaced seed that was brought back": {
    "test/ledger/lost-members.test.ts": [
      "a replaced seed lies in the store, too: if it comes back, a member who left since may have it",
    ],
    "test/sync/devices-of-others.test.ts": [
      "%s",
      "nothing is said of what is the same, new, or wiped and not lost",
      "sync says it, to those who did not",
    ],
  },
  "Two data folders of one computer": {
    "test/spending/older-folder.test.ts": [
      "gets no time-based code with --once that was handed out already, and nothing went back",
      "at the same moment: one of the two gets it",
      "%s goes on after what was handed out",
    ],
  },
  "`backup restore` brought": {
    "test/commands/backup-restore.test.ts": [
      "an account that got a new seed on another computer: which of the two works is asked, and nothing is called safe",
    ],
  },
  "A device that was shown a QR code and named": {
    "test/commands/qr.test.ts": [
      "Ctrl-C once the device was named: it was shown the code, and may have the seed",
    ],
    "test/commands/google.test.ts": [
      "Ctrl-C among the proofs: the device is known to have been shown them all",
    ],
    "test/commands/device.test.ts": ["Ctrl-C loses nothing"],
  },
  "Questions below a QR code leave room": {
    "test/system/fitted-question.test.ts": ["in a window of %i columns, %j leaves room for the answer"],
    "test/commands/qr.test.ts": [
      "what a device is: in 80 columns, the choices and the answer are visible, and a wrong answer is said",
    ],
  },
  "Where there is no terminal to ask for": {
    "test/seeds/open.test.ts": [
      "names only the variables that open it, and those that are set and don't",
      "says how to open it where there is neither a variable nor a terminal",
    ],
  },
  "A name with spaces that has no quotation marks": {
    "test/transcripts/guesses.txt": [
      "What people type first: words of other tools, accounts alone, and what is nearly a command.",
    ],
    "test/ledger/find.test.ts": ["is near no name that shares no letter with it"],
  },
  "`add` with an argument that is no picture": {
    "test/intake/not-a-picture.test.ts": ["%s: %s", "a key after a name is noticed, and nothing is read"],
  },
  "Where the system refuses a file": {
    "test/system/disk-error.test.ts": [
      "the owner of %s, or of what is there of its path, is asked with a line to paste",
    ],
  },
  "A key in quotation marks": {
    "test/commands/any-input.test.ts": ["in quotation marks, as jq prints it"],
  },
  "`device check phone FILE` and": {
    "test/commands/audit-truth.test.ts": [
      "twinseed's own file does not say what a phone has, only what another computer has",
    ],
  },
  "`export google --output x.gif`": {
    "test/commands/google.test.ts": ["a text called %s would be taken for a picture"],
  },
  "Groups of a seed after a mistyped command": {
    "test/cli/hidden-seeds.test.ts": [
      "is repeated by no command, whatever the place and the spelling",
      "that is the value of an unknown option is not repeated, as it may be a password",
    ],
  },
  "A name of spaces alone": {
    "test/ledger/find.test.ts": ["is nothing if %j was typed, though names have spaces"],
  },
  "Where the computer that one works on is": {
    "test/commands/computers.test.ts": [
      "this computer, retired: its advice helps, and it is said of this one alone",
    ],
  },
  "`restore` of an account whose name is taken": {
    "test/commands/add.test.ts": ["--replace puts the old one aside, from where it comes back"],
  },
  "`device replace` of a device without accounts": {
    "test/commands/device.test.ts": ["a device without accounts is not said to show codes"],
  },
  "`audit` and `list` without accounts": {
    "test/commands/no-accounts.test.ts": [
      "%s names the folder that was chosen, which may be on a disk that is not there",
    ],
  },
  "What a command line": {
    "test/commands/named-twice.test.ts": ["%s %s %s %s", "%s %s %s %s, at a terminal"],
  },
  "A relative path": {
    "test/system/xdg-folders.test.ts": [
      "XDG_STATE_HOME: an unlocked store is found all the same",
      "XDG_RUNTIME_DIR, by what looks for a socket",
      "XDG_DATA_HOME",
    ],
    "test/e2e/compile-cache.test.ts": ["goes where XDG_CACHE_HOME says, unless that is no absolute path"],
  },
  "An account with U+2028": {
    "test/system/channel.test.ts": ["is answered, whatever letters it has"],
  },
  "Where the cookie of an unlocked store": {
    "test/system/channel.test.ts": [
      "that is missing where a process listens is a fault: the store may be unlocked",
      "the same after the computer was given another name",
      "not where commands will look for it once the data folder's link leads to another one",
      "and takes no more connections is a fault, and no bug",
    ],
  },
  "Where others could write above": {
    "test/system/channel.test.ts": ["that is not there yet is refused where others could make it"],
  },
  "What outlives its command": {
    "test/system/own-child.test.ts": ["what outlives us keeps no file of the shell's open"],
    "test/real/unlock.test.ts": ["holds no lock of the shell that has started it (needs bash, flock)"],
  },
  "The idle time of an unlocked store": {
    "test/unlocking/agent.test.ts": [
      "where an hour passes without a code, though something else was asked for",
    ],
  },
  "A store whose passphrase": {
    "test/unlocking/unlock-when-typed.test.ts": [
      "is locked again if what opens the store changes while it is being unlocked",
    ],
  },
  "While the store was unlocked": {
    "test/real/unlock.test.ts": [
      "is as loud as the store itself about a data folder that others can write to",
    ],
  },
  "An update of twinseed while": {
    "test/e2e/loaded-files.test.ts": ["%s of another build, after an update, is not taken: %s"],
  },
  "A request for very many codes": {
    "test/unlocking/agent.test.ts": [
      "no code if there are more steps than are near: so many could keep it from being locked",
    ],
  },
  "`lock` took any answer": {
    "test/commands/lock.test.ts": ["where the process says %s, it may be there still"],
  },
  "With KWallet": {
    "test/seeds/keyring-waiting.test.ts": [
      "is made again: %s",
      "is not seen by the connection that made it: with KWallet, another one reads back",
      "leaves nothing where it can't be written at all, or reads back as something else",
    ],
    "test/system/session-bus.test.ts": [
      "hanging up ends the connection, and never closes its number, which may be that of the next connection by then",
    ],
  },
  "A store that opens with a typed passphrase": {
    "test/sync/typed-passphrase.test.ts": [
      "its own list is no news; one by another computer is checked at a terminal, and by what asks anyway",
    ],
  },
  "`store log` listed": {
    "test/real/store-log.test.ts": [
      "the first commit was listed as other files",
      "notes were listed as other files, and a seed that was exchanged was not listed at all",
      "who was removed was told that this computer only reads",
      "who was removed, and has no signing key (any more), was told the same",
    ],
  },
  "`code --once` could print": {
    "test/commands/spent-truth.test.ts": ["when the clock is set back during the reservation: %s, by %i ms"],
    "test/commands/ledger-truth.test.ts": ["--min-remaining printed a code of the future: set back by %i ms"],
  },
  "Where several processes asked": {
    "test/spending/older-folder.test.ts": [
      "one that another process records between two looks is no older copy",
    ],
    "test/seeds/list-change.test.ts": [
      "who looks while another process here changes the list has no older list",
      "reads on while another process here takes in a new data key, and doctor finds no fault",
      "whose slot is replaced while they type their passphrase opens the new one",
      "who looks while `store follow` chooses a list leaves that choice alone",
      "who remembers an older list than another process here has seen meanwhile does not go back",
      "who joins twice at one moment has one identity, which opens",
    ],
    "test/commands/two-looks.test.ts": [
      "an account that is replaced while the accounts are read is found",
      "doctor and audit find no fault while another process does this: %j, then %s",
      "an entry that is rebuilt while audit looks is reported, or it is whole",
      "doctor knows the seeds of an import that has begun",
      "an account that goes while a command runs is no bug: %s",
    ],
    "test/seeds/notes/notes.test.ts": [
      "a note that `store move` takes from the %s to the %s store while it is read opens",
    ],
    "test/commands/sync.test.ts": [
      "what another process here changes during a sync does not count as changed by others",
    ],
  },
  "`aws` works as": {
    "test/system/aws-cli.test.ts": [
      "gets the code where it closes every descriptor that it doesn't know",
      "gets it where it sees the current folder only, as a container does",
      "is refused before anything depends on it where it can read neither",
    ],
    "test/real/aws-handover.test.ts": [
      "leaves nothing at AWS, and no code used, where the CLI can't read what it is handed",
    ],
    "test/system/handed-files.test.ts": ["namedPipes"],
    "test/commands/aws-faults.test.ts": ["goes on after the CLI failed once AWS had made the device"],
  },
  "`aws config` accepts": {
    "test/commands/aws-config.test.ts": ["has names as people in Japan have them"],
    "test/aws/config-file.test.ts": ["leaves a comment with the section below it"],
  },
  "A KeePass entry": {
    "test/formats/keepass-fields.test.ts": ["each of several comes in"],
    "test/formats/fixtures.test.ts": ["is read"],
    "test/commands/any-input.test.ts": ["a title is never empty"],
  },
  "Two URIs in one line": {
    "test/commands/any-input.test.ts": [
      "two URIs with %j between them are two accounts, and no seed is in a name",
    ],
    "test/otp/seed-in-name.test.ts": ["%s", "%j stays"],
  },
  "CSV of no known app": {
    "test/formats/csv.test.ts": [
      "a bare key is read with what its row says about it: %s",
      "a bare key that its row makes unusable is named: %s %s",
      "%s",
    ],
  },
  "A URI that a terminal": {
    "test/formats/find-uris.test.ts": [
      "that is broken into lines, anywhere after the label's start, is whole again",
      "is not joined with what comes after it: %j",
    ],
    "test/commands/any-input.test.ts": [
      "reads %s with its byte order mark",
      "says so where text has another encoding: %s",
    ],
  },
  "A QR code that can't be read": {
    "test/qr/read.test.ts": ["a code that can't be read next to one that can is not passed over"],
    "test/commands/any-input.test.ts": [
      "a QR code that can't be read next to another one is named, and the picture stays",
    ],
  },
  "Of JSON that is cut off": {
    "test/commands/any-input.test.ts": [
      "JSON that is cut off: what was not looked for is named, and nothing is called complete",
      "an Android app's settings that are cut off: says so",
      "JSON with a name twice in one object: says that only the last was read",
      "AWS: a device without its seed next to one that has it is named",
    ],
  },
  "A key between invisible marks": {
    "test/otp/key-text.test.ts": ["%s is the same key between the invisible marks of pasted text"],
    "test/otp/base32.test.ts": ["%j"],
  },
  "In CSV of hardware tokens": {
    "test/formats/server-keys.test.ts": [
      "tokens in CSV: a counter goes on where it is",
      "users.oath: a bad line is named, and the others come in",
    ],
  },
  "KeePass's fields for a key": {
    "test/formats/keepass-fields.test.ts": [
      "is not read once more as a bare key: %j",
      "and that has another key in another encoding makes the entry unusable, not half of it",
    ],
  },
  "In JSON of no known app": {
    "test/commands/any-input.test.ts": [
      "a key in JSON of any program comes in, or is named where its codes are unusual: %j",
      "Duo's counter-based accounts come in, and are not called skipped",
    ],
  },
  "A passphrase file that is not UTF-8": {
    "test/commands/backup-create.test.ts": [
      "in a file of another encoding it could not be typed, so it locks nothing: %s",
    ],
    "test/system/secret-file.test.ts": [
      "in %s it would be a passphrase that no one can type: refused, and not quoted",
    ],
  },
  "The name of a maFile": {
    "test/commands/any-input.test.ts": ["the name of a file in an archive can't write to the terminal"],
  },
  "A key in a text or a note": {
    "test/commands/any-input.test.ts": [
      "a key in a text with URIs is named with its line, not passed over: %s",
      "a key below a URI in a note comes in, too",
    ],
  },
  "`import` refused a QR code": {
    "test/commands/any-input.test.ts": ["a QR code whose text begins with %j is read as one that does not"],
  },
  "A small import": {
    "test/regular-expressions.test.ts": ["no expression of src/ takes more than 50 ms for 100 KB"],
    "test/formats/find-uris.test.ts": ["a megabyte of %s takes no time"],
    "test/formats/zip.test.ts": [
      "100,000 empty members are refused without a look at each",
      "fewer members than there are",
      "two members of one name",
      "members that are the same bytes",
    ],
  },
  "A small PNG": {
    "test/qr/read.test.ts": [
      "65535 x 65535 pixels in 1 KB are refused at once",
      "pixels that unpack to gigabytes are refused",
    ],
    "test/qr/png-rows.test.ts": ["deflate packs no tighter than 1:1032"],
    "test/qr/animation.test.ts": ["a code on a later frame is found, and so are those of all frames"],
  },
};
