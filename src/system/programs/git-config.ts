/**
 * What the data folder's own .git/config may say. Anyone who could write there, or sent it, must not choose a program that git
 * runs, another configuration, or another server. So every key is one of three: harmless for the plumbing that we use;
 * overridden with the user's own value, or with none; or refused by name. Unknown keys are refused. Pure.
 */

/** Written by git itself or by the person, and of no effect on plumbing, or overridden in run-git.ts. */
const HARMLESS = [
  /^core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|worktree)$/,
  /^core\.(autocrlf|eol|safecrlf|quotepath|editor|pager|commentchar|excludesfile|whitespace|abbrev|hookspath)$/,
  /^core\.(trustctime|checkstat|untrackedcache|preloadindex|fsync\w*|fsmonitor|sharedrepository|commitgraph)$/,
  /^core\.(compression|loosecompression|bigfilethreshold|packed\w+|deltabasecachelimit|attributesfile)$/,
  /^extensions\.(objectformat|refstorage|compatobjectformat|noop|preciousobjects)$/,
  /^remote\.(?!twinseed\.)(.*\.)?(url|pushurl|fetch|push|mirror|prune|prunetags|tagopt|skip\w+|pushdefault)$/,
  /^remote\.(?!twinseed\.).*\.(uploadpack|receivepack|proxy\w*|vcs)$/, // of remotes that we never use by name
  /^(user|author|committer)\.(name|email|signingkey|useconfigonly)$/,
  /^branch\..*\.(remote|merge|rebase|description|pushremote)$/,
  /^gc\.(?!recentobjectshook)\w+(\..*)?$/,
  /^fetch\.(prune|prunetags|unpacklimit|writecommitgraph|parallel|showforcedupdates|output|negotiationalgorithm)$/,
  /^(fetch\.recursesubmodules|fetch\.fsckobjects|push\.(default|autosetupremote|followtags|gpgsign|recursesubmodules))$/,
  /^transfer\.(unpacklimit|fsckobjects)$/,
  /^(pack|repack|index|maintenance|protocol|ssh|init|safe|twinseed)\./,
  // Commands for people: none of them is among those that we run.
  /^(add|advice|alias|apply|bisect|blame|browser|checkout|clean|clone|color|column|commit|diff|difftool|feature)\./,
  /^(format|gitk?|gpg|grep|gui|guitool|help|i18n|interactive|lfs|log|mailinfo|mailmap|man|merge|mergetool|notes)\./,
  /^(pager|pull|rebase|rerere|reset|revert|sendemail|sequence|showbranch|stash|status|submodule|svn|switch)\./,
  /^(tag|tar|trailer|versionsort|web|worktree)\./,
];

/** Key → what stands in its place where the user has no value of their own; undefined: it is not one of these. */
function replacementOf(key: string): string | undefined {
  if (key === "core.sshcommand") return "ssh";
  if (key === "core.gitproxy" || key === "core.askpass" || key === "core.alternaterefscommand") return "";
  if (/^credential\.(.*\.)?helper$/.test(key)) return ""; // an empty one takes back those before it
  if (/^credential\.(.*\.)?(username|usehttppath|interactive|protectprotocol)$/.test(key)) return "";
  if (/^filter\..*\.(clean|smudge|process)$/.test(key)) return "";
  if (/^filter\..*\.required$/.test(key)) return "false";
  return undefined;
}

export type Setting = readonly [key: string, value: string];

export interface Verdict {
  /** To be set over what the folder says. */
  readonly overrides: readonly Setting[];
  /** Keys with which git is not started at all. */
  readonly refused: readonly string[];
}

/** `local`: the keys of .git/config as git lists them. `own`: all settings of the user and the system. */
export function judgeConfig(local: readonly string[], own: readonly Setting[]): Verdict {
  const overrides: Setting[] = [];
  const refused: string[] = [];
  for (const key of new Set(local)) {
    // Git's sections and variables don't know upper case; what is between them does.
    const plain = key.replace(/^[^.]+|[^.]+$/g, (part) => part.toLowerCase());
    const replacement = replacementOf(plain);
    if (replacement !== undefined) {
      overrides.push([key, replacement]);
      overrides.push(...own.filter(([name]) => name.toLowerCase() === key.toLowerCase()));
    } else if (!HARMLESS.some((pattern) => pattern.test(plain))) refused.push(key);
  }
  // The folder's empty helper takes back the user's, too: theirs come again.
  if (overrides.some(([key]) => /^credential\./i.test(key)))
    overrides.push(...own.filter(([key]) => /^credential\.(.*\.)?helper$/i.test(key)));
  return { overrides, refused };
}
