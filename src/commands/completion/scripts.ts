/**
 * The scripts that shells load. Small on purpose: each sends the words to `twinseed __complete SHELL` on stdin, not as
 * arguments that other users could see, and passes the answer to the shell's own completion. None of them evaluates
 * anything: account names come from outside, and one may be called "$(reboot)". For what is sent and answered, see suggest.ts.
 * Bash loads its script with eval, because bash 3.2, which macOS has, reads nothing from `source <(…)`.
 */
import type { Shell } from "./shells.ts";

const bash = `# twinseed completion for bash; in ~/.bashrc: eval "$(twinseed completion bash)"
_twinseed() {
  COMPREPLY=()
  local kind line
  {
    IFS= read -r kind
    while IFS= read -r line; do COMPREPLY+=("$line"); done
  } < <(printf '%s\\0%s' "$2" "\${COMP_LINE:0:COMP_POINT}" | command twinseed __complete bash 2>/dev/null)
  if [[ $kind == files ]]; then compopt -o default 2>/dev/null; fi
}
complete -F _twinseed twinseed
# bash 3.2, which macOS has, can't be told later that a word is a file.
type compopt >/dev/null 2>&1 || complete -o default -F _twinseed twinseed
`;

const zsh = `#compdef twinseed
# twinseed completion for zsh; in ~/.zshrc, after compinit: source <(twinseed completion zsh)
_twinseed() {
  local answer line
  local -a values shown
  answer=$({
    (( CURRENT > 2 )) && printf '%s\\0' "\${(@Q)words[2,CURRENT-1]}"
    printf '%s' "\${(Q)PREFIX}"
  } | command twinseed __complete zsh 2>/dev/null)
  [[ $PREFIX == --*=* ]] && compset -P '--[^=]#='
  if [[ \${answer%%$'\\n'*} == files ]]; then
    _files
    return
  fi
  for line in "\${(@f)answer}"; do
    [[ $line == *$'\\t'* ]] || continue
    values+=("\${line%%$'\\t'*}")
    if [[ -n \${line#*$'\\t'} ]]; then
      shown+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
    else
      shown+=("\${line%%$'\\t'*}")
    fi
  done
  (( $#values )) && compadd -l -d shown -a values
}
if [[ $funcstack[1] == _twinseed ]]; then
  _twinseed "$@"
elif (( $+functions[compdef] )); then
  compdef _twinseed twinseed
else
  print -u2 "twinseed: load completion after: autoload -Uz compinit && compinit"
fi
`;

const fish = `# twinseed completion for fish; twinseed completion fish > ~/.config/fish/completions/twinseed.fish
function __twinseed_complete
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -l current (commandline -ct)
    set -l answer (begin
            for word in $words[2..]
                printf '%s\\0' $word
            end
            printf '%s' $current
        end | command twinseed __complete fish 2>/dev/null)
    if test "$answer[1]" = files
        set -l option (string match -r -- '^--[a-z-]+=' $current)
        set -l path (string replace -r -- '^--[a-z-]+=' '' $current)
        for found in (complete -C "'' $path")
            printf '%s\\n' "$option$found"
        end
    else
        string join \\n -- $answer[2..]
    end
end
complete -c twinseed -f -a '(__twinseed_complete)'
`;

const powershell = `# twinseed completion for PowerShell; in $PROFILE: twinseed completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName twinseed -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = Get-Command -Name twinseed -CommandType 'Application', 'ExternalScript' -ErrorAction SilentlyContinue |
        Select-Object -First 1
    if ($null -eq $program) { return }
    # Resolves quotes and backticks, but evaluates nothing.
    $words = @()
    $current = $wordToComplete -replace '^[''"]|[''"]$', ''
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        $isText = $element -is [System.Management.Automation.Language.StringConstantExpressionAst] -or
            $element -is [System.Management.Automation.Language.ExpandableStringExpressionAst]
        $text = if ($isText) { $element.Value } else { $element.Extent.Text }
        if ($element.Extent.EndOffset -lt $cursorPosition) { $words += $text }
        elseif ($isText -and $element.Extent.EndOffset -eq $cursorPosition) { $current = $text }
    }
    $OutputEncoding = [System.Text.UTF8Encoding]::new($false)
    $inputBefore = [Console]::InputEncoding
    $outputBefore = [Console]::OutputEncoding
    try {
        [Console]::InputEncoding = $OutputEncoding
        [Console]::OutputEncoding = $OutputEncoding
        $answer = @(($words + $current) -join "\`0" | & $program __complete powershell 2>$null)
    }
    catch { return }
    finally {
        [Console]::InputEncoding = $inputBefore
        [Console]::OutputEncoding = $outputBefore
    }
    if ($answer.Count -eq 0 -or $answer[0] -eq 'files') { return }
    foreach ($line in @($answer | Select-Object -Skip 1)) {
        $value, $description = "$line" -split "\`t", 2
        if (-not $value) { continue }
        $text = $value
        if ($value -cnotmatch '^-{0,2}[A-Za-z_][A-Za-z0-9_-]*$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
