# The packages of nixpkgs that the modules name; any other name is a mistake.
{ kubernetesVersion }:
let
  package = name: {
    inherit name;
    outPath = "/stub/${name}";
    version = "0";
  };
  packages = builtins.listToAttrs (
    map
      (name: {
        inherit name;
        value = package name;
      })
      [
        "calico-cni-plugin"
        "cni-plugins"
        "conntrack-tools"
        "containerd"
        "ducksnest"
        "e2fsprogs"
        "etcd"
        "ethtool"
        "getent"
        "grub2"
        "haproxy"
        "iproute2"
        "ipset"
        "iptables"
        "iputils"
        "kmod"
        "procps"
        "runc"
        "socat"
        "tailscale"
        "util-linux"
        "xfsprogs"
      ]
  );
in
packages
// {
  kubernetes = package "kubernetes" // {
    version = kubernetesVersion;
  };
  fetchurl = { url, sha256, name }: package name // { inherit url sha256; };
  linkFarm = name: links: package name // { inherit links; };
  # The content stays beside the path, for the tests to look at.
  formats.toml = _: { generate = name: content: package name // { inherit content; }; };
}
