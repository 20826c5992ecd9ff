# Stand-ins for NixOS systems: real derivations whose switch-to-configuration does to the node's
# stand-ins what NixOS does to a machine, and writes down what it did.
{ nodes, kinds }:
let
  # Kernels, and all else that a restart is for: another version is another path.
  version =
    name:
    derivation {
      name = "version-${name}";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [
        "-c"
        "echo ${name} >$out"
      ];
    };
  kernel = name: "ln -sfn ${version name} $out/kernel";

  # What each kind does besides.
  extra = {
    broken-unit = "mkdir $out/broken; touch $out/broken/kubelet";
    no-network = "echo 'ip link set eth0 down' >>$out/start";
    no-sshd = "echo 'machine stop-sshd' >>$out/start";
    fails = "touch $out/fails";
    slow = "echo 2 >$out/slow";
    kernel = kernel "two";
    does-not-boot = "${kernel "three"}; touch $out/does-not-boot";
    boots-cut-off = "${kernel "four"}; echo 'ip link set eth0 down' >>$out/start";
    other-machine = "echo somebody-else >$out/etc/hostname";
  };

  system =
    node: kind:
    derivation {
      name = "nixos-system-${node}-${kind}";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      PATH = "/usr/bin:/bin";
      args = [
        "-c"
        ''
          mkdir -p $out/bin $out/etc/systemd/system
          touch $out/etc/systemd/system/ducksnest-activate-resume.service
          echo ${node} >$out/etc/hostname
          for part in kernel initrd kernel-modules; do ln -s ${version "one"} $out/$part; done
          printf 'machine start-network\nmachine start-sshd\n' >$out/start
          ${extra.${kind} or ""}
          cat >$out/bin/switch-to-configuration <<EOF
          #!/bin/sh
          set -eu
          echo "\$1 $out" >>/run/node/log
          if [ \$1 != boot ]; then
            if [ -e $out/slow ]; then sleep 2; fi
            ln -sfn $out /run/current-system
            sh $out/start
            if [ -e $out/fails ]; then echo "failed units: duck.service" >&2; exit 4; fi
          fi
          if [ \$1 != test ]; then machine install-loader $out; fi
          EOF
          chmod +x $out/bin/switch-to-configuration
        ''
      ];
    };
in
builtins.concatMap (node: map (system node) kinds) nodes
