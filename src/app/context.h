#pragma once

#include "app/exit.h"
#include "app/parse.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "base/json.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/files.h"
#include "ports/http.h"
#include "ports/http_listener.h"
#include "ports/machine.h"
#include "ports/nix_store.h"
#include "ports/node_secrets.h"
#include "ports/object_store.h"
#include "ports/parallel.h"
#include "ports/processes.h"
#include "ports/random.h"
#include "ports/secret_values.h"
#include "ports/spool.h"
#include "ports/terminal.h"
#include "ports/timer.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ducksnest::app {

/// The doors of this process; `main` opens the real ones, tests hand in their own.
struct Doors {
    Output& out;
    Output& err;
    Input& in;
    Random& random;
    Clock& clock;
    Parallel& parallel;
    Machine& machine;
    NodeSecrets& node_secrets;
    Timer& timer;
    Processes& processes;
    /// Servers, with an identity of our own.
    std::function<std::unique_ptr<Http>(HttpOptions options)> open_http;
    /// So many threads, for work that waits for others more than it computes.
    std::function<std::unique_ptr<Parallel>(std::size_t threads)> open_threads;
    /// Files below a folder; relative paths are meant from it.
    std::function<std::unique_ptr<Files>(const std::string& folder)> open_folder;
    /// A folder as people are shown it: absolute.
    std::function<std::string(const std::string& folder)> show_folder;
    /// Whether a server could listen on this address of this machine now.
    std::function<bool(const std::string& address, int port)> is_port_free;
    /// Removes a folder with all that is in it.
    std::function<Result<void>(const std::string& folder)> remove_folder;
    /// Buckets and folders of objects, by URL.
    std::function<Result<std::unique_ptr<ObjectStore>>(const std::string& url)> open_object_store;
    /// The secrets that a cloud keeps in a region.
    std::function<Result<std::unique_ptr<SecretValues>>(const std::string& region)>
        open_secret_values;
    /// The Nix store below a folder, "/" for the machine's own.
    std::function<Result<std::unique_ptr<NixStore>>(const std::string& root, StoreAccess access)>
        open_nix_store;
    std::function<std::unique_ptr<HttpListener>()> open_listener;
    /// A folder of files that can be had again.
    std::function<Result<std::unique_ptr<Spool>>(const std::string& folder)> open_spool;
    std::size_t cores = 1; ///< That this process may use.
    Environment environment{};
};

/// What a verb works with: its options and arguments, the doors, and the ways to speak.
class Context {
public:
    Context(Invocation invocation, Doors doors);

    const GlobalOptions& options() const { return invocation_.global; }
    const Arguments& arguments() const { return invocation_.arguments; }
    const Invocation& invocation() const { return invocation_; }

    Files& files() { return *files_; } ///< The homelab's folder.
    Random& random() { return doors_.random; }
    Clock& clock() { return doors_.clock; }
    Parallel& parallel() { return doors_.parallel; }
    Machine& machine() { return doors_.machine; }
    NodeSecrets& node_secrets() { return doors_.node_secrets; }
    Timer& timer() { return doors_.timer; }
    Processes& processes() { return doors_.processes; }
    bool is_port_free(const std::string& address, int port) {
        return doors_.is_port_free(address, port);
    }
    Result<void> remove_folder(const std::string& folder) { return doors_.remove_folder(folder); }
    std::unique_ptr<Http> open_http(HttpOptions options) {
        return doors_.open_http(std::move(options));
    }
    std::unique_ptr<HttpListener> open_listener() { return doors_.open_listener(); }
    Result<std::unique_ptr<Spool>> open_spool(const std::string& folder) {
        return doors_.open_spool(folder);
    }
    std::unique_ptr<Parallel> open_threads(std::size_t threads) {
        return doors_.open_threads(threads);
    }
    Result<std::unique_ptr<ObjectStore>> open_object_store(const std::string& url) {
        return doors_.open_object_store(url);
    }
    Result<std::unique_ptr<SecretValues>> open_secret_values(const std::string& region) {
        return doors_.open_secret_values(region);
    }
    Result<std::unique_ptr<NixStore>> open_nix_store(const std::string& root, StoreAccess access) {
        return doors_.open_nix_store(root, access);
    }
    std::size_t cores() const { return doors_.cores; }
    const Environment& environment() const { return doors_.environment; }
    Progress& progress() { return *progress_; }
    Input& in() { return doors_.in; }
    std::unique_ptr<Files> open_folder(const std::string& folder) {
        return doors_.open_folder(folder);
    }
    /// The homelab's folder as people are shown it.
    std::string shown_folder() const { return show_folder(options().folder); }
    std::string show_folder(const std::string& folder) const { return doors_.show_folder(folder); }

    /// How text for standard output and standard error looks.
    Style out_style() const;
    Style err_style() const;

    /// The answer, on standard output.
    void out(std::string_view text);
    /// The answer for programs: pretty-printed on standard output.
    void out_json(const Json& answer);
    /// A remark on standard error; the newline is added. Silent with --quiet and --json.
    void say(std::string_view line);
    /// A remark that only --verbose shows.
    void detail(std::string_view line);
    /// "warning: …" on standard error, also with --quiet.
    void warn(std::string_view message, std::string_view help = {});
    /// "error: …" with context and help, or a JSON record with --json. Returns `exit`, so that a
    /// verb can end with `return context.report(error, Exit::refused);`.
    Exit report(const Error& error, Exit exit);
    /// As `report`, with the exit that follows from the error's code.
    Exit report(const Error& error) { return report(error, exit_of(error)); }
    /// Raw text on standard error: rendered diagnostics.
    void err(std::string_view text);

    /// Asks a yes-or-no question about something that cannot be undone. True with --yes; an error
    /// that names `--yes` when nobody can be asked; the verb then ends with `Exit::refused`.
    Result<bool> confirm(std::string_view question);
    bool is_refused() const { return is_refused_; }

private:
    Invocation invocation_;
    Doors doors_;
    std::unique_ptr<Files> files_;
    std::unique_ptr<StatusProgress> progress_;
    bool is_refused_ = false; ///< A confirmation was needed and could not be had.
};

/// Runs what was asked for, from parsing mistakes to help to the verb, and tells the exit code.
Exit run(Invocation invocation, Doors doors);

} // namespace ducksnest::app
