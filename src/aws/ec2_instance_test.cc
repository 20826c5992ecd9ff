#include "aws/ec2_instance.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

namespace {

/// As in the Amazon EC2 API Reference, "RunInstances", with what is read and some that is not.
constexpr const char* whole = R"(<?xml version="1.0" encoding="UTF-8"?>
<RunInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>
  <reservationId>r-1234567890abcdef0</reservationId>
  <groupSet/>
  <instancesSet>
    <item>
      <instanceId>i-0abcd1234efgh5678</instanceId>
      <imageId>ami-0abcdef1234567890</imageId>
      <instanceState><code>0</code><name>pending</name></instanceState>
      <privateDnsName>ip-10-20-1-30.ec2.internal</privateDnsName>
      <stateReason><code>pending</code><message>pending</message></stateReason>
      <instanceType>t3.medium</instanceType>
      <launchTime>2026-11-21T09:30:00.000Z</launchTime>
      <placement><availabilityZone>ap-northeast-2a</availabilityZone></placement>
      <subnetId>subnet-0aaa</subnetId>
      <privateIpAddress>10.20.1.30</privateIpAddress>
      <clientToken>standby-1.7</clientToken>
      <tagSet>
        <item><key>ducksnest:slot</key><value>standby-1</value></item>
        <item><key>aws:ec2launchtemplate:id</key><value>lt-0bbb</value></item>
        <item><key>empty</key><value/></item>
      </tagSet>
    </item>
  </instancesSet>
</RunInstancesResponse>)";

Result<std::vector<Instance>> read(const std::string& text) {
    return read_reservation(parse_xml(text).value());
}

std::string item(const std::string& inside) {
    return "<R><instancesSet><item>" + inside + "</item></instancesSet></R>";
}

} // namespace

TEST_CASE("an instance is read out of EC2's answer") {
    const std::vector<Instance> found = read(whole).value();
    REQUIRE(found.size() == 1);
    const Instance& instance = found.front();
    CHECK(instance.id == "i-0abcd1234efgh5678");
    CHECK(instance.state == InstanceState::pending);
    CHECK(instance.state_reason == "pending");
    CHECK(instance.type == "t3.medium");
    CHECK(instance.zone == "ap-northeast-2a");
    CHECK(instance.subnet == "subnet-0aaa");
    CHECK(instance.address == "10.20.1.30");
    CHECK(instance.token == "standby-1.7");
    CHECK(format_time(instance.launched) == "2026-11-21T09:30:00Z");
    CHECK(instance.tags == CloudTags{{"ducksnest:slot", "standby-1"}, {"empty", ""}});
}

TEST_CASE("every state has its name, and an unknown one is an error") {
    for (const InstanceState state :
         {InstanceState::pending,
          InstanceState::running,
          InstanceState::shutting_down,
          InstanceState::terminated,
          InstanceState::stopping,
          InstanceState::stopped}) {
        const std::string name(to_string(state));
        const auto found = read(item(
            "<instanceId>i-1</instanceId><instanceState><name>" + name + "</name></instanceState>"
        ));
        REQUIRE(found);
        CHECK(found->front().state == state);
    }
    const auto odd =
        read(item("<instanceId>i-1</instanceId><instanceState><name>odd</name></instanceState>"));
    CHECK(odd.error().code == ErrorCode::corrupt);
    CHECK(odd.error().message == "the instance `i-1` is in the unknown state `odd`");
    CHECK(read(item("<instanceState/>")).error().message == "an instance has no id");
}

TEST_CASE("an answer without machines has none") {
    CHECK(read("<R/>").value().empty());
    CHECK(read_reservations(parse_xml("<R><reservationSet/></R>").value()).value().empty());
}
