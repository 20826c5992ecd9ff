// Stands where a planned control plane would start hollow nodes, for tests that keep the nodes
// themselves: waits until it is stopped.

#include <unistd.h>

int main() {
    pause();
    return 0;
}
