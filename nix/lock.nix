# One node's facts from homelab.lock.json: what its profile says, and over it what only this node has.
{ lock, node }:
let
  schema = "ducksnest.lock/1";
  nodes = builtins.attrNames lock.nodes;
  own =
    lock.nodes.${node}
      or (throw "homelab.lock.json has no node `${node}`; it has: ${builtins.concatStringsSep ", " nodes}");
  profile =
    lock.profiles.${own.profile}
      or (throw "homelab.lock.json has no profile `${own.profile}`, which `${node}` needs; write it anew: ducksnest render");
in
if (lock.schema or null) != schema then
  throw "homelab.lock.json has schema `${lock.schema or "none"}`, these modules read `${schema}`; use the ducksnest that wrote it, or write it anew: ducksnest render"
else
  profile
  // own
  // {
    name = node;
    inherit (lock) cluster secrets;
    operators = lock.operators.recipients;
    units = profile.units // own.units;
    files = profile.files // own.files;
  }
