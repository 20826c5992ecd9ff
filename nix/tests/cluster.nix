# One control plane and two workers as virtual machines, from a homelab.toml like any other. Keys are
# made while the test is built, and good for nothing else.
{
  ducksnest,
  module,
  pkgs,
}:
let
  inherit (pkgs) lib;

  homelab =
    pkgs.runCommand "ducksnest-test-homelab"
      {
        nativeBuildInputs = [
          ducksnest
          pkgs.openssh
        ];
      }
      ''
        mkdir $out keys
        for name in operator control worker1 worker2; do
          ssh-keygen -q -t ed25519 -N "" -C $name -f keys/$name
        done
        substitute ${./homelab.toml} $out/homelab.toml \
          --subst-var-by operator "$(cat keys/operator.pub)" \
          --subst-var-by control "$(cat keys/control.pub)" \
          --subst-var-by worker1 "$(cat keys/worker1.pub)" \
          --subst-var-by worker2 "$(cat keys/worker2.pub)"
        ducksnest -C $out render
        ducksnest -C $out certs renew
        mv keys $out
      '';

  node =
    name:
    { config, lib, ... }:
    {
      imports = [ module ];
      ducksnest = {
        enable = true;
        lock = homelab + "/homelab.lock.json";
        node = name;
        secrets = homelab + "/secrets";
      };
      environment.etc = {
        "ssh/ssh_host_ed25519_key" = {
          source = homelab + "/keys/${name}";
          mode = "0600";
        };
        "ssh/ssh_host_ed25519_key.pub".source = homelab + "/keys/${name}.pub";
      };
      # kubectl, which the modules' own units do without.
      environment.systemPackages = [ config.ducksnest.packages.kubernetes ];
      # QEMU loads the kernel itself.
      boot.loader.systemd-boot.enable = lib.mkForce false;
      virtualisation = {
        cores = 2;
        diskSize = 8192;
        memorySize = 3072;
      };
    };

  common = ''
    kubectl = "kubectl --kubeconfig=/etc/kubernetes/bootstrap.kubeconfig"
    workers = [worker1, worker2]

    start_all()
    control.wait_for_unit("kube-apiserver.service")
    control.wait_until_succeeds(f"{kubectl} get --raw /readyz")

    with subtest("every kubelet registers with its own certificate"):
        for name in ["control", "worker1", "worker2"]:
            control.wait_until_succeeds(f"{kubectl} get node {name}")

    with subtest("opened keys are in memory, and their owner's alone"):
        for machine in machines:
            machine.succeed("findmnt --type tmpfs /run/ducksnest")
            machine.succeed("test $(stat -c %a:%U /run/ducksnest/secrets/kubelet.key) = 400:root")
        worker1.fail("test -e /run/ducksnest/secrets/apiserver.key")

    with subtest("the firewall opens what the plan says, and no more"):
        for worker in workers:
            worker.succeed("nc -z -w 5 192.168.1.1 6443")
            worker.fail("nc -z -w 5 192.168.1.1 2379")

    with subtest("objects are applied at boot, without a hand"):
        control.wait_until_succeeds(f"{kubectl} -n kube-system get daemonset calico-node")
  '';

  # Needs a registry, so it runs outside the build sandbox only.
  pods = ''
    def run(name, node, command):
        control.succeed(
            f"{kubectl} run {name} --image=docker.io/library/busybox:1.37 "
            f"""--overrides='{{"spec":{{"nodeName":"{node}"}}}}' -- {command}"""
        )
        control.wait_until_succeeds(
            f"test $({kubectl} get pod {name} -o jsonpath='{{.status.phase}}') = Running"
        )

    with subtest("all nodes become Ready"):
        for name in ["control", "worker1", "worker2"]:
            control.wait_until_succeeds(
                f"{kubectl} wait --for=condition=Ready --timeout=10s node/{name}"
            )

    with subtest("a pod on one worker answers a pod on the other"):
        run("server", "worker1", "httpd -f -p 8080 -h /etc")
        run("client", "worker2", "sleep 3600")
        address = control.succeed(f"{kubectl} get pod server -o jsonpath='{{.status.podIP}}'")
        control.wait_until_succeeds(
            f"{kubectl} exec client -- wget -q -O - http://{address}:8080/hostname"
        )
  '';

  test =
    name: testScript:
    pkgs.testers.runNixOSTest {
      inherit name testScript;
      nodes = lib.genAttrs [
        "control"
        "worker1"
        "worker2"
      ] node;
    };
in
{
  offline = test "ducksnest-cluster" common;
  online = test "ducksnest-cluster-with-pods" (common + pods);
}
