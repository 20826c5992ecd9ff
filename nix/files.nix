# The lock's config files, below /etc. Files with a mode are copied, so that owner and mode are real
# and can be audited; none holds a secret.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;

  writers = {
    json = _: content: { text = builtins.toJSON content + "\n"; };
    lines = _: content: { text = lib.concatMapStrings (line: line + "\n") content; };
    toml = name: content: { source = (pkgs.formats.toml { }).generate name content; };
  };

  entry =
    path: file:
    let
      write =
        writers.${file.format}
          or (throw "`${path}` has format `${file.format}`, which these modules do not know");
    in
    if !lib.hasPrefix "/etc/" path then
      throw "`${path}` does not lie below /etc: NixOS would not write it"
    else
      lib.nameValuePair (lib.removePrefix "/etc/" path) (
        write (baseNameOf path) file.content
        // {
          inherit (file) mode;
          user = file.owner;
          group = file.owner;
        }
      );
in
{
  config = lib.mkIf cfg.enable {
    environment.etc = lib.mapAttrs' entry cfg.facts.files // {
      # A path of its own in the store: other changes of the homelab's folder leave it alone.
      "ducksnest/homelab.lock.json".source = builtins.path {
        path = cfg.lock;
        name = "homelab.lock.json";
      };
      # Another project's text, fetched by the digest that the lock has of it.
      "ducksnest/calico-definitions.yaml".source = pkgs.fetchurl {
        inherit (cfg.facts.cluster.calico_definitions) url sha256;
        name = "calico-definitions.yaml";
      };
    };
  };
}
