# What the example does not show: nodes that are changed a little, and what must come of it. The value
# is the list of cases that came out otherwise.
{ lock, secrets }:
let
  lib = import ./lib.nix;
  example = builtins.fromJSON (builtins.readFile lock);

  # One node of a lock that `change` made of the example's.
  evaluate =
    node: change: module:
    import ./stub.nix {
      pkgs = import ./pkgs.nix { kubernetesVersion = example.cluster.kubernetes_version; };
      modules = [
        ../../nix/module.nix
        module
        {
          ducksnest = {
            enable = true;
            lock = builtins.toFile "homelab.lock.json" (builtins.toJSON (change example));
            inherit node;
            secrets = lib.mkDefault secrets;
            packages.ducksnest.outPath = "/stub/ducksnest";
          };
        }
      ];
    };
  changeNode =
    node: change: all:
    all // { nodes = all.nodes // { ${node} = change all.nodes.${node}; }; };
  addUnit =
    node: unit:
    changeNode node (
      own: own // { units = own.units // { ${unit.name} = own.units.ducksnest-fence // unit; }; }
    );
  setCache = cache: all: all // { cluster = all.cluster // { inherit cache; }; };
  same = all: all;

  complaints =
    config: map (item: item.message) (lib.filter (item: !item.assertion) config.assertions);
  triggers = config: name: config.systemd.services.${name}.restartTriggers;
  settings = config: name: config.systemd.services.${name}.serviceConfig;

  expect =
    what: expected: found:
    lib.optional (expected != found) { inherit what expected found; };

  plain = evaluate "firebat" same { };
  disabled = evaluate "firebat" same { ducksnest.enable = lib.mkForce false; };
  changedFile = evaluate "firebat" (changeNode "firebat" (
    own: own // { files."/etc/kubernetes/kubelet.json" =
      example.profiles.${own.profile}.files."/etc/kubernetes/kubelet.json" // { content = { }; };
    }
  )) { };
  noCredentials = evaluate "firebat" same { ducksnest.secrets = builtins.toPath "${secrets}/nodes"; };

  odd = [
    "a b"
    "100%"
    "$HOME"
    "\"quoted\""
    "back\\slash"
    "둥지"
    ""
  ];
in
# systemd expands % and $ itself unless they are doubled.
expect "quoting"
  "\"/stub/ducksnest/bin/ducksnest\" \"a b\" \"100%%\" \"$$HOME\" \"\\\"quoted\\\"\" \"back\\\\slash\" \"둥지\" \"\""
  (settings (evaluate "firebat" (addUnit "firebat" {
    name = "odd";
    arguments = odd;
  }) { }) "odd").ExecStart
++ expect "a balancer of three control planes may compile its pattern" [ false "haproxy" ] (
  let
    found = evaluate "firebat" (addUnit "firebat" {
      name = "api-balancer";
      package = "haproxy";
      program = "haproxy";
      user = "haproxy";
    }) { };
  in
  [
    (settings found "api-balancer").MemoryDenyWriteExecute
    found.users.users.haproxy.group
  ]
)
++ expect "an IPv6 source" [ "# pods" "ip6 saddr fd00::/8 tcp dport 30000-30010 accept" ] (
  lib.filter (line: builtins.isString line && line != "") (
    builtins.split "\n"
      (evaluate "firebat" (changeNode "firebat" (
        own:
        own
        // {
          firewall = [
            {
              first = 30000;
              last = 30010;
              protocol = "tcp";
              sources = [ "fd00::/8" ];
              why = "pods";
            }
          ];
        }
      )) { }).networking.firewall.extraInputRules
  )
)
++ expect "copies come in only where they are allowed, and only by SSH keys" [
  "restrict,command=\"/stub/ducksnest/bin/ducksnest activate gate --copy\" ssh-ed25519 AAAA duck"
] (
  let
    change = all: all // {
      operators = all.operators // {
        recipients = [
          "age1quack"
          "ssh-ed25519 AAAA duck"
        ];
      };
    };
  in
  (evaluate "firebat" change { ducksnest.deploy.allowCopy = true; })
  .users.users.root.openssh.authorizedKeys.keys
)
++ expect "a cache with a key is asked first" [ [ "http://127.0.0.1:8501" "other" ] [ "duck-1:AAAA" ] [ ] ] (
  let
    found = evaluate "firebat" (setCache {
      url = "http://127.0.0.1:8501";
      public_key = "duck-1:AAAA";
    }) { nix.settings.substituters = [ "other" ]; };
  in
  [
    found.nix.settings.substituters
    found.nix.settings.trusted-public-keys
    found.warnings
  ]
)
++ expect "a cache without a key is not asked, and that is said" [ false 1 ] (
  let
    found = evaluate "firebat" (setCache {
      url = "http://127.0.0.1:8501";
      public_key = null;
    }) { };
  in
  [
    (found.nix.settings ? substituters)
    (builtins.length found.warnings)
  ]
)
++ expect "no cache" [ ] (evaluate "firebat" (setCache null) { }).warnings
++ expect "a changed file restarts who reads it" [ true false ] [
  (triggers changedFile "kubelet" != triggers plain "kubelet")
  (triggers changedFile "kube-proxy" != triggers plain "kube-proxy")
]
++ expect "without credentials there is nothing of them to watch" [ 4 13 ] [
  (builtins.length (triggers noCredentials "kubelet"))
  (builtins.length (triggers plain "kubelet"))
]
++ expect "new secrets reload, and do not restart, what opens them" [ [ ] 1 "direct" ] [
  (triggers plain "ducksnest-open")
  (builtins.length plain.systemd.services.ducksnest-open.reloadTriggers)
  (settings plain "ducksnest-open").RestartMode
]
++ expect "a kubelet does not wait for the tailnet" false (settings plain "tailscale-up" ? RestartMode)
++ expect "disabled, it defines nothing" [ { } [ ] { } [ ] false ] [
  disabled.systemd.services
  disabled.systemd.mounts
  disabled.environment.etc
  disabled.assertions
  disabled.networking.nftables.enable
]
++ expect "Kubernetes of another minor version"
  [
    "ducksnest.packages.kubernetes is 1.2.3, but the lock is written for ${lib.versions.majorMinor example.cluster.kubernetes_version}; take a nixpkgs that carries it"
  ]
  (complaints (
    evaluate "firebat" same {
      ducksnest.packages.kubernetes = {
        outPath = "/stub/kubernetes";
        version = "1.2.3";
      };
    }
  ))
++ expect "no secrets"
  [
    "ducksnest.secrets is not set, so `firebat` has no keys; make them with `nix run .#certs-recreate` and commit secrets/"
  ]
  (complaints (evaluate "firebat" same { ducksnest.secrets = null; }))
++ expect "GRUB without a disk"
  [
    "`old` boots by BIOS; say where GRUB belongs: ducksnest.bootDevice = \"/dev/disk/by-id/…\""
  ]
  (complaints (evaluate "old" same { }))
++ expect "swap, and rivals"
  [
    "the kubelet does not start beside swap; remove swapDevices and zramSwap from `firebat`"
    "ducksnest runs its own units; set services.kubernetes.kubelet.enable = false"
    "ducksnest runs its own units; set services.tailscale.enable = false"
  ]
  (complaints (
    evaluate "firebat" same {
      zramSwap.enable = true;
      services.kubernetes.kubelet.enable = true;
      services.tailscale.enable = true;
    }
  ))
++ expect "no host key" 1 (
  builtins.length (
    complaints (evaluate "firebat" (changeNode "firebat" (own: own // { host_key = null; })) { })
  )
)
++ expect "a worker with an API server" 1 (
  builtins.length (
    complaints (evaluate "firebat" (changeNode "firebat" (own: own // { role = "control-plane"; })) { })
  )
)
