#compdef portlore
# zsh completion for portlore; what it offers comes from portlore itself
_portlore() {
  local line
  local -a items
  for line in "${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :dirs) _files -/ ;;
      *$'\t'*) items+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) items+=("${line//:/\\:}") ;;
    esac
  done
  (( $#items )) && _describe -V portlore items
}
if [[ ${funcstack[1]} == _portlore ]]; then
  _portlore "$@"
else
  compdef _portlore portlore
fi
