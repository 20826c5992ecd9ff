# bash completion for ducksnest
# Written from the command table by `ducksnest completions`.

_ducksnest_nodes() {
    sed -n 's/^\[nodes\.\([^].]*\)\].*/\1/p' homelab.toml 2>/dev/null
}

_ducksnest() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path='' words i
    case "$before" in
        --directory|-C) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --file|-f) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
        --name) return ;;
        --node) mapfile -t COMPREPLY < <(compgen -W "$(_ducksnest_nodes)" -- "$word"); return ;;
        --base) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --identity|-i) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --host-key) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --to) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --client) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --lifetime) return ;;
        --api) return ;;
        --system) mapfile -t COMPREPLY < <(compgen -W "$(_ducksnest_nodes)" -- "$word"); return ;;
        --key) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --level) return ;;
        --store) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --path-info) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --from) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --trusted-key) return ;;
        --listen) return ;;
        --folder) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --disk) return ;;
        --cache) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --keep) return ;;
        --grace) return ;;
        --kill) return ;;
        --return) return ;;
        --for) return ;;
        --seed) return ;;
        --definitions) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --start-timeout) return ;;
        --wait) return ;;
        --kubeconfig) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --flake) return ;;
        --user) return ;;
        --address) return ;;
        --tailnet-client) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --first-boot) return ;;
        --copy-from) return ;;
        --drain-timeout) return ;;
        --restart) mapfile -t COMPREPLY < <(compgen -W 'needed always never' -- "$word"); return ;;
        --patience) return ;;
        --settle) return ;;
        --restart-time) return ;;
        --lease) return ;;
        --server) return ;;
        --lock) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --prune) mapfile -t COMPREPLY < <(compgen -W 'none safe all' -- "$word"); return ;;
        --api-timeout) return ;;
        --seeds) return ;;
        --first) return ;;
        --scenario) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --token) return ;;
        --holder) return ;;
        --host-name) return ;;
        --reason) return ;;
        --unit) return ;;
        --authorities) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --homelab) return ;;
        --region) return ;;
        --tag) return ;;
        --runtime) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --spec) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${COMP_WORDS[i]}" in
        --address | --api | --api-timeout | --authorities | --base | --cache | --client | --color | --copy-from | --definitions | --directory | --disk | --drain-timeout | --file | --first | --first-boot | --flake | --folder | --for | --from | --grace | --holder | --homelab | --host-key | --host-name | --identity | --keep | --key | --kill | --kubeconfig | --lease | --level | --lifetime | --listen | --lock | --name | --node | --path-info | --patience | --prune | --reason | --region | --restart | --restart-time | --return | --runtime | --scenario | --seed | --seeds | --server | --settle | --spec | --start-timeout | --store | --system | --tag | --tailnet-client | --to | --token | --trusted-key | --unit | --user | --wait | -C | -f | -i) ((i++)) ;;
        -*) ;;
        *)
            if [[ -z $path ]]; then
                path=${COMP_WORDS[i]}
            elif [[ " certs hosts tailnet cache activate " == *" $path "* ]]; then
                path+=" ${COMP_WORDS[i]}"
            fi
            ;;
        esac
    done
    case "$path" in
        '') words='init check explain plan render certs hosts tailnet cache up down deploy bootstrap sim help completions activate join hollow version --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version' ;;
        'init') words="--name --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'check') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'explain') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'plan') words="--node --cost --markdown --base --exit-code --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'render') words="--check --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs recreate') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs renew') words="--identity -i --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs rotate-ca') words="--step --identity -i --local --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version cluster etcd front-proxy" ;;
        'certs status') words="--exit-code --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs verify') words="--identity -i --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs open') words="--node --host-key --to --allow-disk --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'hosts create') words="--identity -i --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version $(_ducksnest_nodes)" ;;
        'hosts upload') words="--identity -i --replace --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version $(_ducksnest_nodes)" ;;
        'tailnet key') words="--client --lifetime --api --identity -i --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version $(_ducksnest_nodes)" ;;
        'cache push') words="--system --to --key --unsigned --level --store --path-info --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'cache pull') words="--from --store --trusted-key --unsigned --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'cache proxy') words="--from --listen --trusted-key --store --folder --disk --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'cache verify') words="--cache --trusted-key --quick --repair --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'cache gc') words="--cache --keep --grace --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'cache stats') words="--cache --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'up') words="--twin --local --kill --return --for --seed --keep --definitions --start-timeout --wait --identity -i --kubeconfig --key --unsigned --to --store --system --flake --user --address --no-drain --dirty --tailnet-client --first-boot --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'down') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'deploy') words="--node --system --flake --to --key --unsigned --store --no-push --copy --copy-from --identity --user --address --kubeconfig --no-drain --drain-timeout --restart --patience --settle --restart-time --lease --dirty --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'bootstrap') words="--kubeconfig --identity -i --server --lock --definitions --prune --wait --api-timeout --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'sim') words="--seeds --first --scenario --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'help') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'completions') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version bash zsh fish man markdown" ;;
        'activate status') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate lock') words="--token --holder --for --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate unlock') words="--token --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate fetch') words="--token --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate switch') words="--token --patience --host-name --by-restart --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate confirm') words="--token --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate revert') words="--token --reason --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate probe') words="--unit --api --authorities --address --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate resume') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'activate work') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version switch confirm revert deadline" ;;
        'activate gate') words="--copy --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'join') words="--homelab --node --region --tag --host-key --runtime --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'hollow') words="--spec --kubeconfig --directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'version') words="--directory -C --file -f --json --quiet -q --verbose -v --color --no-input --dry-run -n --yes -y --help -h --version" ;;
        'certs') words='recreate renew rotate-ca status verify open' ;;
        'hosts') words='create upload' ;;
        'tailnet') words='key' ;;
        'cache') words='push pull proxy verify gc stats' ;;
        'activate') words='status lock unlock fetch switch confirm revert probe resume work gate' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _ducksnest ducksnest
