# fish completion for ducksnest
# Written from the command table by `ducksnest completions`.

function __ducksnest_nodes
    sed -n 's/^\[nodes\.\([^].]*\)\].*/\1/p' homelab.toml 2>/dev/null
end

complete -c ducksnest -f
complete -c ducksnest -s C -l directory -d 'the homelab'\''s folder' -x -a '(__fish_complete_directories)'
complete -c ducksnest -s f -l file -d 'the homelab'\''s file, relative to its folder' -r -F
complete -c ducksnest -l json -d 'answer as JSON, for programs; errors too'
complete -c ducksnest -s q -l quiet -d 'say nothing on the way'
complete -c ducksnest -s v -l verbose -d 'say more on the way'
complete -c ducksnest -l color -d 'colour the output' -x -a 'auto always never'
complete -c ducksnest -l no-input -d 'ask nothing, fail instead'
complete -c ducksnest -s n -l dry-run -d 'show what would be done, do nothing'
complete -c ducksnest -s y -l yes -d 'agree to what would be asked'
complete -c ducksnest -s h -l help -d 'show help'
complete -c ducksnest -l version -d 'show the version'
complete -c ducksnest -n __fish_use_subcommand -a init -d 'lay out a new homelab with this machine in it'
complete -c ducksnest -n __fish_use_subcommand -a check -d 'check homelab.toml and report every mistake at once'
complete -c ducksnest -n __fish_use_subcommand -a explain -d 'explain the code of a mistake in homelab.toml'
complete -c ducksnest -n __fish_use_subcommand -a plan -d 'show what every node becomes, and what changes'
complete -c ducksnest -n __fish_use_subcommand -a render -d 'write homelab.lock.json and what else follows from the plan'
complete -c ducksnest -n __fish_use_subcommand -a certs -d 'authorities, certificates and the secrets folder'
complete -c ducksnest -n __fish_use_subcommand -a hosts -d 'SSH host keys of machines in the cloud'
complete -c ducksnest -n __fish_use_subcommand -a tailnet -d 'the network between the sites'
complete -c ducksnest -n __fish_use_subcommand -a cache -d 'the Nix binary cache: push, pull, verify, tidy up'
complete -c ducksnest -n __fish_use_subcommand -a up -d 'bring the homelab up'
complete -c ducksnest -n __fish_use_subcommand -a down -d 'take down what `up --local --keep` has left up'
complete -c ducksnest -n __fish_use_subcommand -a deploy -d 'bring the nodes to their systems, or back'
complete -c ducksnest -n __fish_use_subcommand -a bootstrap -d 'bring the cluster'\''s own objects onto an API server'
complete -c ducksnest -n __fish_use_subcommand -a sim -d 'try the homelab against thousands of simulated failures'
complete -c ducksnest -n __fish_use_subcommand -a help -d 'explain the commands'
complete -c ducksnest -n __fish_use_subcommand -a completions -d 'print completions for a shell, the manual page or the reference'
complete -c ducksnest -n __fish_use_subcommand -a activate -d 'the node'\''s side of a deployment'
complete -c ducksnest -n __fish_use_subcommand -a join -d 'on a new machine in the cloud: take its host key and join the tailnet'
complete -c ducksnest -n __fish_use_subcommand -a hollow -d 'stand in for a node'\''s kubelet'
complete -c ducksnest -n __fish_use_subcommand -a version -d 'show the version'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a recreate -d 'make every authority, certificate and secret new'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a renew -d 'issue what is missing, changed in the plan, or expiring'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a rotate-ca -d 'replace authorities without breaking a connection'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a status -d 'what there is, who can open it, and when it expires'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a verify -d 'prove the secrets by real TLS handshakes'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and not __fish_seen_subcommand_from recreate renew rotate-ca status verify open' -a open -d 'on a node: open its secrets into memory'
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and not __fish_seen_subcommand_from create upload' -a create -d 'make the SSH host keys of machines in the cloud'
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and not __fish_seen_subcommand_from create upload' -a upload -d 'give machines in the cloud their SSH host keys'
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and not __fish_seen_subcommand_from key' -a key -d 'give machines in the cloud a key that lets each in once'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a push -d 'store paths and all they refer to in the binary cache'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a pull -d 'make paths of the binary cache valid in a Nix store'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a proxy -d 'serve the binary cache to this machine'\''s Nix daemon, fetching ahead'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a verify -d 'find what is missing, corrupt, unsigned or dangling in the binary cache'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a gc -d 'remove what no kept generation of a node needs'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from push pull proxy verify gc stats' -a stats -d 'how much the binary cache holds, and what that costs'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a status -d 'say what this node runs, and what it tries'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a lock -d 'let one deployment alone change this node'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a unlock -d 'let other deployments change this node again'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a fetch -d 'bring a system into this node'\''s store'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a switch -d 'try a system, and go back unless it is confirmed'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a confirm -d 'make the system that is tried the one this node starts with'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a revert -d 'go back to the previous system now'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a probe -d 'look whether this node does what it is there for'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a resume -d 'after a boot: try on, or record that the new system did not boot'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a work -d 'do one of this node'\''s jobs of a deployment'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and not __fish_seen_subcommand_from status lock unlock fetch switch confirm revert probe resume work gate' -a gate -d 'let a deployer'\''s SSH key do nothing but deploy'
complete -c ducksnest -n '__fish_seen_subcommand_from init' -l name -d 'the homelab'\''s name; else the folder'\''s' -x
complete -c ducksnest -n '__fish_seen_subcommand_from init' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from plan' -l node -d 'one node in full' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from plan' -l cost -d 'what it costs per month, and in an outage'
complete -c ducksnest -n '__fish_seen_subcommand_from plan' -l markdown -d 'the change as a comment for a pull request'
complete -c ducksnest -n '__fish_seen_subcommand_from plan' -l base -d 'compare with the homelab in this folder' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from plan' -l exit-code -d 'exit 4 when the committed lock is another plan'
complete -c ducksnest -n '__fish_seen_subcommand_from render' -l check -d 'write nothing, exit 4 when something is stale'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from renew' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from rotate-ca' -l step -d 'take one phase, then stop'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from rotate-ca' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from rotate-ca' -l local -d 'on what `up --local --keep` has left up: all phases, delivered'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from rotate-ca' -x -a 'cluster etcd front-proxy'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from status' -l exit-code -d 'exit 4 when something has to be done'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from verify' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from open' -l node -d 'whose secrets; else the node with this host key' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from open' -l host-key -d 'the machine'\''s SSH private key' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from open' -l to -d 'where to' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from certs; and __fish_seen_subcommand_from open' -l allow-disk -d 'write to a disk if there is no memory file system'
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and __fish_seen_subcommand_from create' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and __fish_seen_subcommand_from create' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and __fish_seen_subcommand_from upload' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and __fish_seen_subcommand_from upload' -l replace -d 'put our key in the place of another one'
complete -c ducksnest -n '__fish_seen_subcommand_from hosts; and __fish_seen_subcommand_from upload' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and __fish_seen_subcommand_from key' -l client -d 'the OAuth client'\''s secret, as it is or as an age file' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and __fish_seen_subcommand_from key' -l lifetime -d 'how long a key waits to be used' -x
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and __fish_seen_subcommand_from key' -l api -d 'where Tailscale'\''s API is' -x
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and __fish_seen_subcommand_from key' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from tailnet; and __fish_seen_subcommand_from key' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l system -d 'record the path as a generation of this node' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l to -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l key -d 'the secret key that signs, in Nix'\''s format' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l unsigned -d 'push without a signature'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l level -d 'level of zstd, 1 to 19, or what the link leaves time for' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l store -d 'the folder that holds nix/store, as `nix --store DIR` has it' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -l path-info -d 'push what this output of `nix path-info --json --recursive` lists' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from push' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from pull' -l from -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from pull' -l store -d 'the folder that holds nix/store, as `nix --store DIR` has it' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from pull' -l trusted-key -d 'NAME:BASE64 of a key whose signatures are believed; else the one in homelab.toml' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from pull' -l unsigned -d 'believe paths without a signature'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l from -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l listen -d 'where to listen; port 0 takes a free one and says which' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l trusted-key -d 'NAME:BASE64 of a key whose signatures are believed; else the one in homelab.toml' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l store -d 'the folder that holds nix/store, as `nix --store DIR` has it' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l folder -d 'what is at hand lies here; else below ~/.cache/ducksnest' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from proxy' -l disk -d 'how much of the disk it may take' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from verify' -l cache -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from verify' -l trusted-key -d 'NAME:BASE64 of a key that must have signed each path; else the one in homelab.toml' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from verify' -l quick -d 'only look whether archives are there'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from verify' -l repair -d 'remove what is not well'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from gc' -l cache -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from gc' -l keep -d 'generations to keep of each node; else those of homelab.toml, or 5' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from gc' -l grace -d 'how long an archive outlives its path' -x
complete -c ducksnest -n '__fish_seen_subcommand_from cache; and __fish_seen_subcommand_from stats' -l cache -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l twin -d 'in a simulation on this machine'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l local -d 'as a real control plane on this machine'\''s loopback'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l kill -d 'twin: a machine loses power, so long after the start' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l return -d 'twin: it gets power back and boots' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l for -d 'twin: how long to simulate; long enough for the outage otherwise' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l seed -d 'twin: which run: the same number gives the same run' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l keep -d 'local: leave it up; `ducksnest down` takes it down'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l definitions -d 'Calico'\''s definitions; else they are downloaded and checked' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l start-timeout -d 'local: how long each process may take to answer' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l wait -d 'how long everything may take to be ready' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -s i -l identity -d 'an operator'\''s SSH key: to log in with, and to open secrets' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l kubeconfig -d 'how to reach the API server, and as whom' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l key -d 'the secret key that signs what is pushed, in Nix'\''s format' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l unsigned -d 'push without a signature'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l to -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l store -d 'the folder that holds nix/store, as `nix --store DIR` has it' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l system -d 'the system of a node, instead of building it' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l flake -d 'where nixosConfigurations are; else the homelab'\''s folder' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l user -d 'whom to log in as' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l address -d 'where a node answers, when not at its own address' -x
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l no-drain -d 'leave pods where they are while nodes switch'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l dirty -d 'deploy also what is not committed'
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l tailnet-client -d 'the secret of a Tailscale OAuth client, to let new machines in' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from up' -l first-boot -d 'how long a new machine in the cloud may take until it answers' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l node -d 'only this node' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l system -d 'the system of a node, instead of building it' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l flake -d 'where nixosConfigurations are; else the homelab'\''s folder' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l to -d 'the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, http(s)://host/dir; else the bucket in homelab.toml' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l key -d 'the secret key that signs what is pushed, in Nix'\''s format' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l unsigned -d 'push without a signature'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l store -d 'the folder that holds nix/store, as `nix --store DIR` has it' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l no-push -d 'the nodes'\'' caches have the systems already'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l copy -d 'copy to each node over SSH instead of going by a cache'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l copy-from -d 'the store that --copy takes from; else this machine'\''s' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l identity -d 'the SSH key to log in with, and no other' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l user -d 'whom to log in as' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l address -d 'where a node answers, when not at its own address' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l kubeconfig -d 'how to reach the API server, and as whom' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l no-drain -d 'leave pods where they are, and ask no cluster'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l drain-timeout -d 'how long pods may take to leave a node' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l restart -d 'restart nodes into their system: `needed` is for another kernel or initrd' -x -a 'needed always never'
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l patience -d 'a node goes back when it is not confirmed by then' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l settle -d 'how long a probe may be bad after the switch' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l restart-time -d 'how long a restart may take' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l lease -d 'a deployment that died holds its nodes no longer than this' -x
complete -c ducksnest -n '__fish_seen_subcommand_from deploy' -l dirty -d 'deploy also what is not committed'
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l kubeconfig -d 'how to reach the API server, and as whom' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -s i -l identity -d 'an operator'\''s private key (SSH or age); else ~/.ssh/id_ed25519 and id_rsa' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l server -d 'another API server than the kubeconfig'\''s' -x
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l lock -d 'read this homelab.lock.json instead of homelab.toml' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l definitions -d 'Calico'\''s definitions; else they are downloaded and checked' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l prune -d 'what to remove when it left the plan; `safe` spares namespaces, custom kinds and volumes' -x -a 'none safe all'
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l wait -d 'how long to wait for rollouts; 0s does not wait' -x
complete -c ducksnest -n '__fish_seen_subcommand_from bootstrap' -l api-timeout -d 'how long to wait for the API server' -x
complete -c ducksnest -n '__fish_seen_subcommand_from sim' -l seeds -d 'how many runs' -x
complete -c ducksnest -n '__fish_seen_subcommand_from sim' -l first -d 'the first seed' -x
complete -c ducksnest -n '__fish_seen_subcommand_from sim' -l scenario -d 'what happens in every run, as TOML' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from completions' -x -a 'bash zsh fish man markdown'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from lock' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from lock' -l holder -d 'who deploys, as others are told' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from lock' -l for -d 'how long it lasts' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from unlock' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from fetch' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from switch' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from switch' -l patience -d 'when to go back' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from switch' -l host-name -d 'refuse a system that was made for another machine' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from switch' -l by-restart -d 'start the system once, instead of switching to it'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from confirm' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from revert' -l token -d 'what names the deployment' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from revert' -l reason -d 'why, for `activate status`' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from probe' -l unit -d 'a systemd service that has to be active' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from probe' -l api -d 'the API server, as this node reaches it' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from probe' -l authorities -d 'who signed the API server'\''s certificate' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from probe' -l address -d 'another node' -x
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from work' -x -a 'switch confirm revert deadline'
complete -c ducksnest -n '__fish_seen_subcommand_from activate; and __fish_seen_subcommand_from gate' -l copy -d 'let `nix copy` in too: then the key may run any code on this node'
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l homelab -d 'whose machine' -x
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l node -d 'the node or slot that this machine is' -x -a '(__ducksnest_nodes)'
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l region -d 'where the secrets are' -x
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l tag -d 'join with this tag (tag:worker); else with those of the key' -x
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l host-key -d 'where the SSH private key goes' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from join' -l runtime -d 'a folder in memory, made and removed' -x -a '(__fish_complete_directories)'
complete -c ducksnest -n '__fish_seen_subcommand_from hollow' -l spec -d 'what the node says of itself: ducksnest.hollow/1' -r -F
complete -c ducksnest -n '__fish_seen_subcommand_from hollow' -l kubeconfig -d 'how to reach the API server, and as whom' -r -F
