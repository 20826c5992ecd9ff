# The homelab's own binary cache, by the proxy on this node. What it serves must be signed; without
# a key in the lock Nix does not ask it at all.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
  inherit (cfg.facts.cluster) cache;
in
{
  config = lib.mkIf cfg.enable {
    # Stated, not left to its default: who turns it off elsewhere gets a conflict, not a hole.
    nix.settings = {
      require-sigs = true;
    }
    // lib.optionalAttrs (cache != null && cache.public_key != null) {
      substituters = lib.mkBefore [ cache.url ];
      trusted-public-keys = [ cache.public_key ];
      # While the proxy or the bucket is away, the next cache or a build takes over.
      connect-timeout = 5;
      fallback = true;
    };

    warnings = lib.optional (cache != null && cache.public_key == null) ''
      ducksnest: the cache has no signing key, so Nix does not use it.
      Make one with `nix key generate-secret` and set [cache] public_key in homelab.toml.
    '';
  };
}
