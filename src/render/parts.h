#pragma once

#include "plan/plan.h"
#include "render/json_stream.h"

#include <span>

/// How each piece of a plan looks as JSON; the lock and `plan --json` are made of the same pieces.
/// Sizes are bytes, file modes octal text, nothing that is absent is left out.
namespace ducksnest::render {

void write(JsonStream& json, const plan::Taint& taint);
void write(JsonStream& json, const plan::Route& route);
void write(JsonStream& json, const plan::IpRule& rule);
void write(JsonStream& json, const plan::TunnelSource& source);
void write(JsonStream& json, const plan::FirewallPort& port);
void write(JsonStream& json, const plan::KernelSetting& setting);
void write(JsonStream& json, const plan::Reserve& reserve);
void write(JsonStream& json, const plan::Unit& unit);
void write(JsonStream& json, const plan::ConfigFile& file);
void write(JsonStream& json, const plan::Workload& workload);
void write(JsonStream& json, const plan::DatabaseMember& member);
void write(JsonStream& json, const pki::CertificateSpec& certificate);
void write(JsonStream& json, const pki::SecretSpec& secret);
void write(JsonStream& json, const std::map<std::string, std::string>& texts);

/// A list of any of them.
template <class Items>
void write_list(JsonStream& json, std::string_view name, const Items& items) {
    json.key(name);
    json.begin_array();
    for (const auto& item : items) {
        write(json, item);
    }
    json.end_array();
}

std::int64_t bytes_of(model::Mebibytes memory);

/// The certificates of one node out of the sorted list of all.
std::span<const pki::CertificateSpec>
certificates_of(const pki::TrustPlan& trust, std::string_view folder);

} // namespace ducksnest::render
