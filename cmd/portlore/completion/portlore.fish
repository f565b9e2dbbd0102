# fish completion for portlore; what it offers comes from portlore itself
function __portlore_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] completion words -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files :dirs
                __fish_complete_path "$current"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c portlore -f -a '(__portlore_words)'
