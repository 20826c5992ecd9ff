# Option types: `merge` gets the place and the definitions that won, and gives the value.
{ lib }:
let
  inherit (builtins)
    concatLists
    concatStringsSep
    head
    isAttrs
    isList
    isString
    map
    ;

  place = concatStringsSep ".";

  checked =
    name: check: loc: value:
    if check value then
      value
    else
      throw "`${place loc}` is no ${name}: ${builtins.toJSON value}";

  # One value, however many times it is said.
  single = name: check: {
    inherit name check;
    merge =
      loc: values:
      let
        first = checked name check loc (head values);
      in
      # Functions are equal to nothing, not even to themselves.
      if builtins.length values == 1 || builtins.all (value: value == first) values then
        first
      else
        throw "`${place loc}` is defined more than once, with different values";
  };

  isPackage = value: isAttrs value && value ? outPath;
  isPath = value: builtins.isPath value || isPackage value || (isString value && lib.hasPrefix "/" value);

  # { a = [definitions of a]; … } of definitions that may stand below mkIf, mkMerge and mkOverride.
  zip = defs: builtins.zipAttrsWith (_: values: values) (concatLists (map lib.push defs));

  # Without what only stands below conditions that do not hold.
  defined = lib.filterAttrs (_: defs: builtins.concatMap lib.discharge defs != [ ]);
in
rec {
  bool = single "boolean" builtins.isBool;
  int = single "integer" builtins.isInt;
  str = single "string" isString;
  package = single "package" isPackage;
  path = single "path" isPath;
  attrs = single "attribute set" isAttrs;
  port = single "port" (value: builtins.isInt value && value >= 0 && value <= 65535);
  raw = single "value" (_: true);
  function = single "function" builtins.isFunction;
  enum = values: single "one of ${concatStringsSep ", " values}" (value: builtins.elem value values);

  lines = {
    name = "lines";
    merge = loc: values: concatStringsSep "\n" (map (checked "string" isString loc) values);
  };

  commas = {
    name = "words between commas";
    merge = loc: values: concatStringsSep "," (map (checked "string" isString loc) values);
  };

  listOf = item: {
    name = "list of ${item.name}";
    check = isList;
    merge =
      loc: values:
      map (value: item.merge loc [ value ]) (concatLists (map (checked "list" isList loc) values));
  };

  nullOr = type: {
    name = "null or ${type.name}";
    merge =
      loc: values:
      if builtins.all (value: value == null) values then null else type.merge loc values;
  };

  either = one: other: {
    name = "${one.name} or ${other.name}";
    merge = loc: values: (if one.check (head values) then one else other).merge loc values;
  };

  # systemd's settings: lists add up, everything else is said once.
  setting = {
    name = "setting";
    merge =
      loc: values: if isList (head values) then concatLists values else raw.merge loc values;
  };

  attrsOf = type: {
    name = "attribute set of ${type.name}";
    merge =
      loc: values:
      builtins.mapAttrs (name: defs: lib.resolve (loc ++ [ name ]) { inherit type; } defs) (
        defined (zip values)
      );
  };

  submodule = options: {
    name = "submodule";
    merge = loc: values: lib.tree loc options (zip values);
  };

  # Some options with a type of their own, all others of one type.
  freeform = type: options: {
    name = "settings";
    merge =
      loc: values:
      builtins.mapAttrs (
        name: defs: lib.resolve (loc ++ [ name ]) (options.${name} or { inherit type; }) defs
      ) (defined (zip values));
  };
}
