#include "app/context.h"
#include "app/parse.h"
#include "io/clouds.h"
#include "io/curl_http.h"
#include "io/environment.h"
#include "io/folder_spool.h"
#include "io/http_listener.h"
#include "io/linux_machine.h"
#include "io/local_places.h"
#include "io/object_stores.h"
#include "io/os_random.h"
#include "io/posix_files.h"
#include "io/posix_nix_store.h"
#include "io/posix_node_secrets.h"
#include "io/posix_processes.h"
#include "io/signals.h"
#include "io/steady_timer.h"
#include "io/stream.h"
#include "io/system_clock.h"
#include "io/thread_pool.h"

#include <string>
#include <vector>

/// Opens the real doors; everything else is in context.cc and the verbs.
int main(int argc, char** argv) {
    using namespace ducksnest;
    io::stop_on_interrupt();
    io::Stream out(1);
    io::Stream err(2);
    io::Keyboard keyboard;
    io::OsRandom random;
    io::SystemClock clock;
    io::ThreadPool threads;
    io::LinuxMachine machine;
    io::PosixNodeSecrets node_secrets;
    io::SteadyTimer timer;
    io::PosixProcesses processes;
    const app::Doors doors{
        .out = out,
        .err = err,
        .in = keyboard,
        .random = random,
        .clock = clock,
        .parallel = threads,
        .machine = machine,
        .node_secrets = node_secrets,
        .timer = timer,
        .processes = processes,
        .open_http = [](HttpOptions options
                     ) { return std::make_unique<io::CurlHttp>(std::move(options)); },
        .open_threads = [](std::size_t count) { return std::make_unique<io::ThreadPool>(count); },
        .open_folder = [](const std::string& path
                       ) { return std::make_unique<io::PosixFiles>(path); },
        .show_folder = io::absolute_path,
        .is_port_free = io::is_port_free,
        .remove_folder = io::remove_folder,
        .open_object_store = [](const std::string& url) { return io::open_object_store(url); },
        .open_secret_values = [](const std::string& region
                              ) { return io::open_secret_values({.region = region}); },
        .open_nix_store = io::open_nix_store,
        .open_listener = [] { return std::make_unique<io::LoopbackListener>(); },
        .open_spool = io::FolderSpool::open,
        .cores = io::default_thread_count(),
        .environment =
            {.no_color = io::variable("NO_COLOR"),
             .term = io::variable("TERM"),
             .state_home = io::variable("XDG_STATE_HOME"),
             .cache_home = io::variable("XDG_CACHE_HOME"),
             .path = io::variable("PATH")},
    };
    const std::vector<std::string> words(argv + 1, argv + argc);
    const app::Exit exit = app::run(app::parse(words), doors);
    if (out.failure()) {
        err.write("error: cannot write standard output: " + *out.failure() + "\n");
        return static_cast<int>(app::Exit::failed);
    }
    return static_cast<int>(exit);
}
