# The lock's units as systemd services: the very argv that the local ground starts.
{
  config,
  lib,
  utils,
  ...
}:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;

  digest = value: builtins.hashString "sha256" (builtins.toJSON value);

  # `certs open` names a node's own certificates without their folder: kubelet for
  # nodes/firebat/kubelet.
  treeName =
    credential:
    if facts.certificates ? ${credential} then facts.certificates.${credential}.name else credential;

  # Certificates are public; of keys this sees the encrypted file only.
  treeFiles =
    credential:
    let
      base = cfg.secrets + "/${treeName credential}";
    in
    lib.filter builtins.pathExists [
      (base + ".crt")
      (base + ".key.age")
    ];

  # Who has a certificate checks others' against the bundles, which change while authorities do.
  credentials =
    unit:
    unit.credentials
    ++ lib.optionals (unit.credentials != [ ]) [
      "bundles/cluster"
      "bundles/etcd"
      "bundles/front-proxy"
    ];

  triggers =
    unit:
    map (path: digest facts.files.${path}) unit.files
    ++ lib.optionals (cfg.secrets != null) (
      map (builtins.hashFile "sha256") (lib.concatMap treeFiles (credentials unit))
    )
    ++ lib.optional (lib.elem "--lock=/etc/ducksnest/homelab.lock.json" unit.arguments) (
      builtins.hashFile "sha256" cfg.lock
    );

  isRequired = name: lib.any (unit: lib.elem "${name}.service" unit.requires) (lib.attrValues facts.units);

  command =
    unit:
    utils.escapeSystemdExecArgs (
      [ "${cfg.packages.${unit.package}}/bin/${unit.program}" ] ++ unit.arguments
    );

  service = name: unit: {
    inherit (unit)
      after
      description
      environment
      requires
      ;
    # Named in After= alone it would never be reached.
    wants = lib.filter (name: name == "network-online.target") unit.after;
    wantedBy = [ "multi-user.target" ];
    restartTriggers = triggers unit;
    # A site may be dark for hours; nothing gives up.
    startLimitIntervalSec = 0;
    serviceConfig =
      {
        Type = unit.type;
        ExecStart = command unit;
        User = unit.user;
        Group = unit.user;
        Restart = unit.restart;
        RestartSec = unit.restart_seconds;
      }
      # ducksnest says with 130 that it was asked to end. Well for a service, never for a oneshot:
      # who requires it would go on without what it had to do.
      // lib.optionalAttrs (unit.program == "ducksnest" && unit.type != "oneshot") {
        SuccessExitStatus = "130";
      }
      // lib.optionalAttrs (unit.state_directory != "") {
        StateDirectory = unit.state_directory;
        StateDirectoryMode = "0700";
      }
      // lib.optionalAttrs (unit.logs_directory != "") {
        LogsDirectory = unit.logs_directory;
        LogsDirectoryMode = "0700";
      }
      // lib.optionalAttrs (unit.type == "oneshot") { RemainAfterExit = true; }
      # Who requires a oneshot waits through its retries instead of failing with its first attempt.
      # Not for those that are only named in After=: a kubelet at home must not wait for the tailnet.
      # And it is reloaded, that is run once more, where a restart would take them down with it.
      // lib.optionalAttrs (unit.type == "oneshot" && isRequired name) {
        ExecReload = command unit;
        RestartMode = "direct";
      };
  };
in
{
  config = lib.mkIf cfg.enable { systemd.services = lib.mapAttrs service facts.units; };
}
