# The functions of nixpkgs' lib that the modules use, with the meaning they have there.
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    elem
    filter
    foldl'
    listToAttrs
    map
    mapAttrs
    stringLength
    substring
    ;
in
rec {
  types = import ./types.nix { inherit lib; };
  lib = {
    inherit
      attrNames
      attrValues
      concatMap
      elem
      filter
      listToAttrs
      mapAttrs
      types
      ;
    inherit (builtins) any all;

    # Attribute sets.
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    genAttrs =
      names: f:
      listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );
    filterAttrs = keep: set: removeAttrs set (filter (name: !keep name set.${name}) (attrNames set));
    optionalAttrs = condition: set: if condition then set else { };

    # Lists.
    optional = condition: item: if condition then [ item ] else [ ];
    optionals = condition: items: if condition then items else [ ];
    unique = foldl' (found: item: if elem item found then found else found ++ [ item ]) [ ];

    # Strings.
    inherit concatStringsSep;
    optionalString = condition: text: if condition then text else "";
    concatMapStrings = f: items: concatStringsSep "" (map f items);
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    removePrefix =
      prefix: text:
      if lib.hasPrefix prefix text then
        substring (stringLength prefix) (stringLength text) text
      else
        text;
    hasInfix = infix: text: builtins.replaceStrings [ infix ] [ "" ] text != text;
    versions.majorMinor =
      version:
      let
        parts = filter builtins.isString (builtins.split "\\." version);
      in
      "${builtins.elemAt parts 0}.${builtins.elemAt parts 1}";

    # Packages.
    getName = package: package.pname or (builtins.parseDrvName package.name).name;
    getOutput = output: package: package.${output};

    # Options and their values.
    mkOption = option: { _type = "option"; } // option;
    mkEnableOption =
      what:
      lib.mkOption {
        type = types.bool;
        default = false;
        description = "Whether to enable ${what}.";
      };
    mkPackageOption =
      pkgs: name: _:
      lib.mkOption {
        type = types.package;
        default = pkgs.${name};
      };
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    mkOverride = priority: content: {
      _type = "override";
      inherit priority content;
    };
    mkDefault = lib.mkOverride 1000;
    mkForce = lib.mkOverride 50;
    mkBefore = content: {
      _type = "order";
      order = 500;
      inherit content;
    };
    literalMD = text: text;

    # How definitions become one value; tests/nix/stub.nix is built on these three.
    #
    # A definition without its wrappings, or nothing when a condition does not hold.
    discharge =
      value:
      let
        kind = if builtins.isAttrs value then value._type or "" else "";
        inner = lib.discharge value.content;
      in
      if kind == "if" then
        (if value.condition then inner else [ ])
      else if kind == "merge" then
        concatMap lib.discharge value.contents
      else if kind == "override" then
        map (found: found // { inherit (value) priority; }) inner
      else if kind == "order" then
        map (found: found // { inherit (value) order; }) inner
      else
        [
          {
            inherit value;
            priority = 100;
            order = 1000;
          }
        ];
    # The same without looking at conditions: wrappings move to the attributes inside.
    push =
      value:
      let
        kind = if builtins.isAttrs value then value._type or "" else "";
        wrap = content: mapAttrs (_: inner: value // { content = inner; }) content;
      in
      if kind == "merge" then
        concatMap lib.push value.contents
      else if kind == "if" || kind == "override" || kind == "order" then
        map wrap (lib.push value.content)
      else
        [ value ];
    # The value of one option.
    resolve =
      loc: option: defs:
      let
        name = concatStringsSep "." loc;
        found = concatMap lib.discharge defs;
        strongest = foldl' (least: def: if def.priority < least then def.priority else least) 9999 found;
        winners = filter (def: def.priority == strongest) found;
        ordered = builtins.sort (one: other: one.order < other.order) winners;
      in
      if found == [ ] then
        option.default or (throw "`${name}` is used, but nobody defines it")
      else if option.readOnly or false then
        throw "`${name}` is read-only, but it is defined"
      else
        option.type.merge loc (map (def: def.value) ordered);
    # The values of a tree of options; a definition of anything else is refused.
    tree =
      loc: options: defs:
      let
        unknown = filter (name: !options ? ${name}) (attrNames defs);
        value =
          name: option:
          let
            here = loc ++ [ name ];
          in
          if (option._type or "") == "option" then
            lib.resolve here option (defs.${name} or [ ])
          else
            lib.tree here option (
              builtins.zipAttrsWith (_: values: values) (concatMap lib.push (defs.${name} or [ ]))
            );
      in
      if unknown != [ ] then
        throw "NixOS 25.11 has no option `${concatStringsSep "." (loc ++ [ (builtins.head unknown) ])}`"
      else
        mapAttrs value options;
  };
}
.lib
