# A system user for everyone who runs a unit or owns a file or key, and for nobody else.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;

  owners = lib.unique (
    map (unit: unit.user) (lib.attrValues facts.units)
    ++ map (file: file.owner) (lib.attrValues facts.files)
    ++ map (certificate: certificate.user) (lib.attrValues facts.certificates)
    ++ map (secret: secret.user) (lib.filter (secret: lib.elem facts.name secret.owners) facts.secrets)
  );
  users = lib.filter (user: user != "root") owners;
in
{
  config = lib.mkIf cfg.enable {
    users.users = lib.genAttrs users (user: {
      isSystemUser = true;
      group = user;
    });
    users.groups = lib.genAttrs users (_: { });
  };
}
