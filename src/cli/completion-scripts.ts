/**
 * Shell completion of `kith`: a script for each shell, in its own language, which runs `kith completion
 * SHELL -- WORD...` and reads its suggestions.
 */
import type { Suggestion, Suggestions } from './completion.ts'
import { clean } from './text.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** On the first line, alone, it tells the shell to suggest paths. */
const PATHS_LINE = ':paths'

/** Does not need bash-completion, which may be missing, and runs on bash 3, the version on macOS. */
const BASH = `# bash completion for kith
_kith() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(kith completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${COMPREPLY[0]}" = ${PATHS_LINE} ]; then
    COMPREPLY=()
    while IFS= read -r word; do
      COMPREPLY+=("$word")
    done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _kith kith
`

const ZSH = `#compdef kith
# zsh completion for kith
_kith() {
  local -a lines
  lines=("\${(@f)$(kith completion zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == ${PATHS_LINE} ]]; then
    _files
  elif [[ -n $lines[1] ]]; then
    _describe kith lines
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _kith "$@"
else
  compdef _kith kith
fi
`

const FISH = `# fish completion for kith
function __kith_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (kith completion fish -- $words[2..] 2>/dev/null)
  if test "$lines[1]" = ${PATHS_LINE}
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $lines
  end
end
complete -c kith -f -a '(__kith_complete)'
`

/** The script that a shell runs to complete \`kith\`. */
export const scripts: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

const lineOf: Readonly<Record<Shell, (suggestion: Suggestion) => string>> = {
  // Bash puts suggestions on the command line unescaped, and names may come from other users.
  bash: ({ value }) => value.replaceAll(/[^\p{L}\p{N}_@%+=:,./-]/gu, '\\$&'),
  zsh: ({ value, description }) => `${value.replaceAll(/[\\:]/g, '\\$&')}:${description}`,
  fish: ({ value, description }) => `${value}\t${description}`,
}

/** Suggestions in the format that the script of a shell reads, one per line. */
export function suggestionLines(shell: Shell, { values, paths }: Suggestions): string[] {
  if (paths) return [PATHS_LINE]
  return values.map(({ value, description }) => lineOf[shell]({ value: clean(value), description: clean(description) }))
}
