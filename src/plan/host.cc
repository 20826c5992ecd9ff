#include "plan/host.h"

namespace ducksnest::plan {

std::vector<KernelSetting> kernel_modules() {
    return {
        {.name = "br_netfilter", .value = "", .why = "kube-proxy sees packets that cross a bridge"},
        {.name = "nf_conntrack", .value = "", .why = "kube-proxy sizes its table at start"},
        {.name = "overlay", .value = "", .why = "containerd's image layers"},
        {.name = "softdog", .value = "", .why = "the fence resets the machine through it"},
        {.name = "tun", .value = "", .why = "tailscaled's interface"},
        {.name = "vxlan", .value = "", .why = "Calico's tunnel between sites"},
    };
}

std::vector<KernelSetting> sysctls() {
    constexpr const char* protected_default = "kubelet, protectKernelDefaults";
    return {
        {.name = "fs.inotify.max_user_instances",
         .value = "8192",
         .why = "kubelet, containerd and log agents watch many files"},
        {.name = "fs.inotify.max_user_watches",
         .value = "524288",
         .why = "kubelet, containerd and log agents watch many files"},
        {.name = "kernel.keys.root_maxbytes", .value = "25000000", .why = protected_default},
        {.name = "kernel.keys.root_maxkeys", .value = "1000000", .why = protected_default},
        {.name = "kernel.panic", .value = "10", .why = protected_default},
        {.name = "kernel.panic_on_oops", .value = "1", .why = protected_default},
        {.name = "net.bridge.bridge-nf-call-ip6tables",
         .value = "1",
         .why = "services work between pods of one node"},
        {.name = "net.bridge.bridge-nf-call-iptables",
         .value = "1",
         .why = "services work between pods of one node"},
        // Strict is right because every packet's way back is its way here: the ip rules keep the
        // LAN on the LAN. Felix refuses to start with the loose mode (2).
        {.name = "net.ipv4.conf.all.rp_filter",
         .value = "1",
         .why = "no packet with a forged source; Felix insists"},
        {.name = "net.ipv4.conf.default.rp_filter",
         .value = "1",
         .why = "no packet with a forged source; Felix insists"},
        {.name = "net.ipv4.ip_forward", .value = "1", .why = "pods and tailnet routes"},
        {.name = "vm.overcommit_memory", .value = "1", .why = protected_default},
        {.name = "vm.panic_on_oom", .value = "0", .why = protected_default},
    };
}

} // namespace ducksnest::plan
