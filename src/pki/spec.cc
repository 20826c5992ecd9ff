#include "pki/spec.h"

#include "base/assert.h"

namespace ducksnest::pki {

std::string_view to_string(Authority authority) {
    switch (authority) {
    case Authority::cluster:
        return "cluster";
    case Authority::etcd:
        return "etcd";
    case Authority::front_proxy:
        return "front-proxy";
    }
    ASSERT(false);
}

std::string_view to_string(Usage usage) {
    switch (usage) {
    case Usage::client:
        return "client";
    case Usage::server:
        return "server";
    case Usage::client_and_server:
        return "client and server";
    }
    ASSERT(false);
}

} // namespace ducksnest::pki
