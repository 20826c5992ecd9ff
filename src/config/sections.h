#pragma once

#include "config/reader.h"
#include "config/tree.h"
#include "model/homelab.h"

#include <optional>
#include <string>

/// One function per section: a table becomes a part of the model, or nothing when a value is
/// missing for which there is no substitute. What was wrong is reported through the context.
namespace ducksnest::config {

/// What defaults of one section take from others.
struct Defaults {
    std::string homelab{}; ///< Its name.
    std::string own_site{
    }; ///< The only site of own hardware; empty when there is none or are many.
    std::string aws_site{}; ///< The only AWS site, likewise.
};

bool read_homelab(const Context& context, const Value& table, model::Homelab& homelab);
bool read_certificates(
    const Context& context, const Value& table, model::Certificates& certificates
);
std::optional<model::Network> read_network(const Context& context, const Value& table);
std::optional<model::Site> read_site(const Context& context, const Entry& entry);
std::optional<model::Node>
read_node(const Context& context, const Entry& entry, const Defaults& defaults);
std::optional<model::Cache>
read_cache(const Context& context, const Value& table, const Defaults& defaults);
std::optional<model::Database>
read_database(const Context& context, const Value& table, const Defaults& defaults);
std::optional<model::Logs>
read_logs(const Context& context, const Value& table, const Defaults& defaults);
std::optional<model::DisasterRecovery>
read_recovery(const Context& context, const Value& table, const Defaults& defaults);
std::optional<model::GitOps> read_gitops(const Context& context, const Value& table);
std::optional<model::App> read_app(const Context& context, const Entry& entry);

} // namespace ducksnest::config
