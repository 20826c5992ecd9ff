# What the module makes of every node, held against the lock. The value is the list of differences;
# none is the wish.
{
  # The homelab's lock, and its secrets/ folder.
  lock,
  secrets,
}:
let
  lib = import ./lib.nix;
  facts = builtins.fromJSON (builtins.readFile lock);
  kubernetesVersion = facts.cluster.kubernetes_version;

  evaluate =
    node:
    import ./stub.nix {
      pkgs = import ./pkgs.nix { inherit kubernetesVersion; };
      modules = [
        ../../nix/module.nix
        {
          ducksnest = {
            enable = true;
            inherit lock node secrets;
            packages.ducksnest.outPath = "/stub/ducksnest";
            bootDevice = "/dev/sda";
          };
        }
      ];
    };

  # systemd.service(5): words in quotes, % and $ doubled.
  words =
    line:
    let
      plain = builtins.replaceStrings [ "%%" "$$" ] [ "%" "$" ] line;
    in
    builtins.fromJSON "[${builtins.replaceStrings [ "\" \"" ] [ "\", \"" ] plain}]";

  check =
    node:
    let
      own = facts.nodes.${node};
      profile = facts.profiles.${own.profile};
      units = profile.units // own.units;
      files = profile.files // own.files;
      config = evaluate node;
      inherit (config.systemd) services;
      etc = config.environment.etc;

      expect =
        what: expected: found:
        lib.optional (expected != found) { inherit node what expected found; };
      expectAll = what: wanted: found: expect what [ ] (lib.filter (item: !lib.elem item found) wanted);

      unit =
        name: wanted:
        let
          service = services.${name};
          settings = service.serviceConfig;
          is = what: expect "${name}: ${what}";
        in
        is "argv" ([ "/stub/${wanted.package}/bin/${wanted.program}" ] ++ wanted.arguments) (
          words settings.ExecStart
        )
        ++ is "type" wanted.type settings.Type
        ++ is "user" wanted.user settings.User
        ++ is "restart" wanted.restart settings.Restart
        ++ is "restart delay" wanted.restart_seconds settings.RestartSec
        ++ is "environment" wanted.environment service.environment
        ++ is "state" wanted.state_directory (settings.StateDirectory or "")
        ++ is "logs" wanted.logs_directory (settings.LogsDirectory or "")
        ++ is "requires" wanted.requires service.requires
        ++ is "starts at boot" [ "multi-user.target" ] service.wantedBy
        ++ is "triggers" true (
          builtins.length service.restartTriggers
          >= builtins.length (wanted.files ++ wanted.credentials)
        )
        ++ expectAll "${name}: after" wanted.after service.after
        ++ expectAll "${name}: reads files that are there" wanted.files (lib.attrNames files);

      file =
        path: wanted:
        let
          entry = etc.${lib.removePrefix "/etc/" path};
          content =
            if wanted.format == "json" then
              builtins.fromJSON entry.text
            else if wanted.format == "toml" then
              entry.source.content
            else
              lib.filter (line: builtins.isString line && line != "") (builtins.split "\n" entry.text);
        in
        expect "${path}: content" wanted.content content
        ++ expect "${path}: mode" wanted.mode entry.mode
        ++ expect "${path}: owner" [ wanted.owner wanted.owner ] [ entry.user entry.group ];

      # Every rule that nftables gets, as the port, protocol and source that it opens.
      rules = lib.filter (line: builtins.isString line && line != "" && !lib.hasPrefix "#" line) (
        builtins.split "\n" config.networking.firewall.extraInputRules
      );
      opening =
        port: source:
        let
          from = if source == "0.0.0.0/0" then "meta nfproto ipv4" else "ip saddr ${source}";
        in
        "${from} ${port.protocol} dport ${toString port.first} accept";
      openings = lib.concatMap (port: map (opening port) port.sources) profile.firewall;

      isOwn = own.provider == "own";
      isBios = own.boot == "bios";
      names = map (item: item.name);
    in
    # Also what is not looked at below must have a value, of its type.
    builtins.deepSeq config (lib.concatMap (name: unit name units.${name}) (lib.attrNames units))
    ++ lib.concatMap (path: file path files.${path}) (lib.attrNames files)
    ++ expect "units beside the lock's" [ "ducksnest-activate-resume" "ducksnest-ip-rules" ] (
      lib.filter (name: !units ? ${name}) (lib.attrNames services)
    )
    ++ expectAll "start order" profile.start_order (lib.attrNames services)
    ++ expectAll "kubelet: PATH" [ "/stub/iptables" "/stub/util-linux" ] (
      map (package: "${package}") services.kubelet.path
    )
    ++ expect "hardening" [ "containerd" "ducksnest-activate-resume" "kubelet" ] (
      lib.filter (name: (services.${name}.serviceConfig.ProtectSystem or "") != "strict") (
        lib.attrNames services
      )
    )
    ++ expect "Calico's definitions" facts.cluster.calico_definitions {
      inherit (etc."ducksnest/calico-definitions.yaml".source) sha256 url;
    }
    ++ expect "firewall" openings rules
    ++ expect "ports open to all" [ [ ] [ ] [ ] false ] [
      config.networking.firewall.allowedTCPPorts
      config.networking.firewall.allowedUDPPorts
      config.networking.firewall.trustedInterfaces
      config.services.openssh.openFirewall
    ]
    ++ expect "programs at hand" (
      lib.optionals (own.provider == "aws") [
        "/stub/ducksnest" # for the first boot
        "/stub/tailscale"
      ]
      ++ [
        "/stub/ducksnest" # for deployments
        "/stub/iputils"
      ]
      ++ lib.optional (own.provider == "own" && own.boot == "bios") "/stub/grub2"
    ) (map (package: "${package}") config.environment.systemPackages)
    ++ expect "reverse path" "loose" config.networking.firewall.checkReversePath
    ++ expect "ip rules" (map (
      rule: "${rule.to} priority ${toString rule.priority} lookup ${rule.table}"
    ) own.ip_rules) (map (
      line: builtins.elemAt (builtins.match ".* rule add to (.*)" line) 0
    ) services.ducksnest-ip-rules.serviceConfig.ExecStart)
    ++ expect "sources of the tunnel" (map (
      rule: "ip saddr ${rule.from} ip daddr ${rule.to} snat to ${rule.source}"
    ) own.tunnel_sources) (
      builtins.concatMap (
        line:
        let
          found = builtins.match " *oifname \"tailscale0\" (.*)" line;
        in
        if found == null then [ ] else found
      ) (builtins.filter builtins.isString (builtins.split "\n" (config.networking.nftables.tables.ducksnest-tunnel.content or "")))
    )
    ++ expect "kernel modules" (names profile.kernel_modules) config.boot.kernelModules
    ++ expect "sysctls" (lib.listToAttrs (
      map (item: { inherit (item) name value; }) profile.sysctls
    )) config.boot.kernel.sysctl
    ++ expect "host name" node config.networking.hostName
    ++ expect "UEFI" (isOwn && !isBios) config.boot.loader.systemd-boot.enable
    ++ expect "BIOS" (lib.optional isBios "/dev/sda") config.boot.loader.grub.devices
    ++ expect "lid" (lib.optional isOwn "ignore") (
      lib.optional (config.services.logind.settings.Login ? HandleLidSwitch) "ignore"
    )
    ++ expect "sleep" isOwn (!(config.systemd.targets.sleep.enable or true))
    ++ expect "NVIDIA" own.nvidia config.hardware.nvidia-container-toolkit.enable
    ++ expect "runtime that containerd's config names" own.nvidia (etc ? "ducksnest/nvidia/bin")
    ++ expect "small" (own.memory_class == "small") (config.nix.daemonCPUSchedPolicy == "idle")
    ++ expect "signatures" true config.nix.settings.require-sigs
    ++ expect "calico-ipam beside calico" [
      "bandwidth"
      "calico"
      "calico-ipam"
      "loopback"
      "portmap"
    ] (lib.attrNames etc."ducksnest/cni/bin".source.links)
    ++ expect "CNI folder" true (
      lib.hasInfix "\"/etc/ducksnest/cni/bin\"" (builtins.toJSON files."/etc/containerd/config.toml".content)
    )
    ++ expect "secrets in memory" [ [ "tmpfs /run/ducksnest" ] "/run/ducksnest" ] [
      (map (mount: "${mount.type} ${mount.where}") config.systemd.mounts)
      services.ducksnest-open.unitConfig.RequiresMountsFor
    ]
    ++ expect "keys that may deploy" (map (
      key: "restrict,command=\"/stub/ducksnest/bin/ducksnest activate gate\" ${key}"
    ) facts.operators.recipients) config.users.users.root.openssh.authorizedKeys.keys
    ++ expect "root's login" "forced-commands-only" config.services.openssh.settings.PermitRootLogin
    ++ expect "the way back" [ "/stub/ducksnest/bin/ducksnest activate resume" [ "multi-user.target" ] ] [
      services.ducksnest-activate-resume.serviceConfig.ExecStart
      services.ducksnest-activate-resume.wantedBy
    ]
    ++ expectAll "restarts after a panic" [ "boot.panic_on_fail" "panic=30" ] config.boot.kernelParams
    ++ expect "grub-editenv" (isBios && isOwn) (
      lib.any (package: (package.name or "") == "grub2") config.environment.systemPackages
    )
    ++ expectAll "users" (
      map (item: item.user) (lib.attrValues units) ++ map (item: item.owner) (lib.attrValues files)
    ) ([ "root" ] ++ lib.attrNames config.users.users)
    ++ expect "assertions" [ ] (
      map (item: item.message) (lib.filter (item: !item.assertion) config.assertions)
    );
in
lib.concatMap check (lib.attrNames facts.nodes)
