#pragma once

#include <string_view>

namespace ducksnest::model {

/// One part of a host name as Kubernetes takes it (RFC 1123 section 2.1, lower case, at most 63
/// characters).
bool is_dns_label(std::string_view text);

/// Labels joined by dots, at most 253 characters.
bool is_dns_name(std::string_view text);

/// "standby-1": the names of slots for rented machines.
bool is_standby_name(std::string_view text);

/// "Asia/Seoul" or "UTC": an area of the tz database, a slash, a place.
bool is_timezone(std::string_view text);

/// An S3 bucket name (Amazon S3 User Guide, "General purpose bucket naming rules"), without dots,
/// which break TLS host names.
bool is_bucket_name(std::string_view text);

/// "[registry/]path[:tag][@sha256:digest]" (OCI distribution specification).
bool is_image(std::string_view text);

/// "https://host/path", "ssh://git@host/path" or "git@host:path".
bool is_git_url(std::string_view text);

} // namespace ducksnest::model
