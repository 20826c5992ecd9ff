#include "support/homelab.h"
#include "terraform/policy.h"
#include "terraform/workspace.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

using Context = std::map<std::string, std::string>;

const std::string region = "ap-northeast-2";
const std::string account = "123456789012";
const std::string ec2 = "arn:aws:ec2:" + region + ":" + account + ":";
const std::string cache = "arn:aws:s3:::ducksnest-nix-cache";
const std::string backups = "arn:aws:s3:::ducksnest-backups";
const std::string roles = "arn:aws:iam::" + account + ":role/";
const Context in_region{{"aws:RequestedRegion", region}};

std::string secret(const std::string& name) {
    return fmt::format(
        "arn:aws:secretsmanager:{}:{}:secret:ducksnest/hosts/{}-a1B2c3", region, account, name
    );
}

std::string pipeline_secret(const std::string& name) {
    return fmt::format(
        "arn:aws:secretsmanager:{}:{}:secret:ducksnest/pipeline/{}-a1B2c3", region, account, name
    );
}

Context with(Context context, const Context& more) {
    context.insert(more.begin(), more.end());
    return context;
}

/// What a machine may do: by its own policy and by the boundary.
struct Rights {
    Policy own;
    Policy boundary;

    bool
    allows(const std::string& action, const std::string& resource, Context context = {}) const {
        const Request request{action, resource, with(std::move(context), in_region)};
        return own.allows(request) && boundary.allows(request);
    }
};

/// Applied once for all tests.
const Json& state() {
    static const Json applied = [] {
        const Workspace workspace(example_text());
        const Told told = workspace.tofu("apply -auto-approve -input=false");
        REQUIRE_MESSAGE(told.exit == 0, told.text);
        return workspace.state();
    }();
    return applied;
}

Policy policy(const std::string& address) {
    return Policy(*Workspace::resource(state(), address).find("policy")->as_string());
}

Rights machine(const std::string& role) {
    return {
        policy("aws_iam_role_policy.machine[\"" + role + "\"]"), policy("aws_iam_policy.boundary")
    };
}

Policy github(const std::string& role) {
    return policy("aws_iam_role_policy.github[\"" + role + "\"]");
}

/// A launch as IAM sees it: one question for each thing it touches.
struct Launch {
    std::string launch_template = "lt-1";
    std::string instance_type = "t3.medium";
    Context tags{{"ducksnest:homelab", "ducksnest"}, {"ducksnest:slot", "standby-1"}};
    Context template_tags{{"ducksnest:homelab", "ducksnest"}, {"ducksnest:slot", "standby-1"}};
    Context network_tags{{"ducksnest:homelab", "ducksnest"}};
    std::string tokens = "required";
    bool is_image_of_template = true;
};

Context prefixed(const std::string& prefix, const Context& tags) {
    Context context;
    for (const auto& [key, value] : tags) {
        context.emplace(prefix + key, value);
    }
    return context;
}

bool may_launch(const Rights& rights, const Launch& launch) {
    Context context = prefixed("aws:RequestTag/", launch.tags);
    if (!launch.launch_template.empty()) {
        context["ec2:LaunchTemplate"] = ec2 + "launch-template/" + launch.launch_template;
    }
    Context instance = with(
        context,
        {{"ec2:InstanceType", launch.instance_type}, {"ec2:MetadataHttpTokens", launch.tokens}}
    );
    const Context network = with(context, prefixed("aws:ResourceTag/", launch.network_tags));
    const Context image = with(
        context, {{"ec2:IsLaunchTemplateResource", launch.is_image_of_template ? "true" : "false"}}
    );
    const bool may_use_template =
        launch.launch_template.empty() ||
        rights.allows(
            "ec2:RunInstances",
            context["ec2:LaunchTemplate"],
            with(context, prefixed("aws:ResourceTag/", launch.template_tags))
        );
    return may_use_template && rights.allows("ec2:RunInstances", ec2 + "instance/*", instance) &&
           rights.allows("ec2:RunInstances", ec2 + "volume/*", context) &&
           rights.allows("ec2:RunInstances", ec2 + "network-interface/*", context) &&
           rights.allows("ec2:RunInstances", ec2 + "subnet/subnet-1", network) &&
           rights.allows("ec2:RunInstances", ec2 + "security-group/sg-1", network) &&
           rights.allows("ec2:RunInstances", "arn:aws:ec2:" + region + "::image/ami-1", image) &&
           rights.allows(
               "ec2:CreateTags",
               ec2 + "instance/i-1",
               with(
                   prefixed("aws:RequestTag/", launch.tags), {{"ec2:CreateAction", "RunInstances"}}
               )
           );
}

} // namespace

TEST_CASE("policy: the evaluator itself") {
    CHECK(matches_pattern("s3:Get*", "s3:GetObject"));
    CHECK(matches_pattern("a*b*c", "axxbyyc"));
    CHECK(matches_pattern("x-??????", "x-a1B2c3"));
    CHECK_FALSE(matches_pattern("x-??????", "x-a1B2c34"));
    CHECK_FALSE(matches_pattern("s3:Get", "s3:GetObject"));
    const Policy denies(R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"s3:Put*","Resource":"b/*","Condition":{"StringEquals":{"k":["v","w"]}}}
    ]})");
    CHECK(denies.allows({"s3:GetObject", "b/x"}));
    CHECK(denies.allows({"s3:PutObject", "b/x"}));
    CHECK_FALSE(denies.allows({"s3:PutObject", "b/x", {{"k", "w"}}}));
    CHECK(denies.allows({"s3:PutObject", "b/x", {{"k", "x"}}}));
}

TEST_CASE("policy: the control plane rents what its templates say, as they say it, and no more") {
    const Rights rights = machine("control-plane");
    CHECK(may_launch(rights, {}));
    CHECK(may_launch(rights, {.instance_type = "t3a.medium"}));
    CHECK_FALSE(may_launch(rights, {.instance_type = "p5.48xlarge"}));
    CHECK_FALSE(may_launch(rights, {.launch_template = ""}));
    CHECK_FALSE(may_launch(rights, {.template_tags = {}}));
    CHECK_FALSE(may_launch(
        rights, {.template_tags = {{"ducksnest:homelab", "other"}, {"ducksnest:slot", "standby-1"}}}
    ));
    CHECK_FALSE(may_launch(rights, {.tags = {}}));
    CHECK_FALSE(may_launch(
        rights, {.tags = {{"ducksnest:homelab", "other"}, {"ducksnest:slot", "standby-1"}}}
    ));
    CHECK_FALSE(may_launch(
        rights, {.tags = {{"ducksnest:homelab", "ducksnest"}, {"ducksnest:slot", "standby-9"}}}
    ));
    CHECK_FALSE(may_launch(rights, {.network_tags = {}}));
    CHECK_FALSE(may_launch(rights, {.tokens = "optional"}));
    CHECK_FALSE(may_launch(rights, {.is_image_of_template = false}));
}

TEST_CASE("policy: the control plane ends replacements only") {
    const Rights rights = machine("control-plane");
    const auto may_end = [&](const Context& tags) {
        return rights.allows(
            "ec2:TerminateInstances", ec2 + "instance/i-1", prefixed("aws:ResourceTag/", tags)
        );
    };
    CHECK(may_end({{"ducksnest:homelab", "ducksnest"}, {"ducksnest:slot", "standby-2"}}));
    CHECK_FALSE(may_end({{"ducksnest:homelab", "ducksnest"}, {"ducksnest:node", "control-plane"}}));
    CHECK_FALSE(may_end({{"ducksnest:homelab", "other"}, {"ducksnest:slot", "standby-2"}}));
    CHECK_FALSE(may_end({}));
    // Tags are set while starting and never later: else anything could be made to look like ours.
    CHECK_FALSE(rights.allows(
        "ec2:CreateTags", ec2 + "instance/i-1", {{"aws:RequestTag/ducksnest:homelab", "ducksnest"}}
    ));
    const Context slot{
        {"aws:ResourceTag/ducksnest:homelab", "ducksnest"},
        {"aws:ResourceTag/ducksnest:slot", "standby-1"}
    };
    CHECK(rights.allows(
        "ec2:ModifyInstanceAttribute",
        ec2 + "instance/i-1",
        with(slot, {{"ec2:Attribute", "SourceDestCheck"}})
    ));
    CHECK_FALSE(rights.allows(
        "ec2:ModifyInstanceAttribute",
        ec2 + "instance/i-1",
        with(slot, {{"ec2:Attribute", "UserData"}})
    ));
}

TEST_CASE("policy: roles are passed to slots and to nobody else") {
    const Rights rights = machine("control-plane");
    const Context to_ec2{{"iam:PassedToService", "ec2.amazonaws.com"}};
    CHECK(rights.allows("iam:PassRole", roles + "ducksnest-standby-1", to_ec2));
    CHECK_FALSE(rights.allows("iam:PassRole", roles + "ducksnest-standby-1"));
    CHECK_FALSE(rights.allows(
        "iam:PassRole",
        roles + "ducksnest-standby-1",
        {{"iam:PassedToService", "lambda.amazonaws.com"}}
    ));
    CHECK_FALSE(rights.allows("iam:PassRole", roles + "ducksnest-control-plane", to_ec2));
    CHECK_FALSE(rights.allows("iam:PassRole", roles + "ducksnest-github-deploy", to_ec2));
    for (const char* action :
         {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole"}) {
        CHECK_FALSE(rights.allows(action, roles + "ducksnest-standby-1"));
    }
}

TEST_CASE("policy: a machine reads its own keys and no other's") {
    const Rights control_plane = machine("control-plane");
    const Rights standby = machine("standby-1");
    CHECK(
        control_plane.allows("secretsmanager:GetSecretValue", secret("control-plane/ssh-host-key"))
    );
    CHECK_FALSE(
        control_plane.allows("secretsmanager:GetSecretValue", secret("standby-1/ssh-host-key"))
    );
    CHECK_FALSE(
        control_plane.allows("secretsmanager:GetSecretValue", secret("standby-1/tailnet-key"))
    );
    CHECK(control_plane.allows("secretsmanager:PutSecretValue", secret("standby-1/tailnet-key")));
    CHECK_FALSE(
        control_plane.allows("secretsmanager:PutSecretValue", secret("standby-1/ssh-host-key"))
    );
    CHECK(standby.allows("secretsmanager:GetSecretValue", secret("standby-1/ssh-host-key")));
    CHECK(standby.allows("secretsmanager:GetSecretValue", secret("standby-1/tailnet-key")));
    CHECK_FALSE(standby.allows("secretsmanager:GetSecretValue", secret("standby-2/ssh-host-key")));
    CHECK_FALSE(standby.allows("secretsmanager:GetSecretValue", secret("standby-10/ssh-host-key")));
    CHECK_FALSE(
        standby.allows("secretsmanager:GetSecretValue", secret("control-plane/ssh-host-key"))
    );
    CHECK_FALSE(standby.allows("secretsmanager:PutSecretValue", secret("standby-1/tailnet-key")));
}

TEST_CASE("policy: a standby reads the cache, says that it lives, and rents nothing") {
    const Rights rights = machine("standby-1");
    CHECK(rights.allows("s3:GetObject", cache + "/nar/abc.nar.zst"));
    CHECK(rights.allows("s3:ListBucket", cache));
    CHECK(rights.allows("s3:PutObject", cache + "/ducksnest/heartbeats/standby-1"));
    CHECK_FALSE(rights.allows("s3:PutObject", cache + "/ducksnest/heartbeats/standby-2"));
    CHECK_FALSE(rights.allows("s3:PutObject", cache + "/ducksnest/heartbeats/firebat"));
    CHECK_FALSE(rights.allows("s3:PutObject", cache + "/abc.narinfo"));
    CHECK_FALSE(rights.allows("s3:DeleteObject", cache + "/abc.narinfo"));
    CHECK_FALSE(rights.allows("s3:GetObject", backups + "/etcd/1.db"));
    CHECK_FALSE(rights.allows(
        "s3:GetObject", "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate"
    ));
    CHECK_FALSE(may_launch(rights, {}));
    CHECK_FALSE(rights.allows("ec2:TerminateInstances", ec2 + "instance/i-1"));
}

TEST_CASE("policy: the control plane keeps backups, but cannot unmake their versions") {
    const Rights rights = machine("control-plane");
    CHECK(rights.allows("s3:PutObject", backups + "/etcd/1.db"));
    CHECK(rights.allows("s3:DeleteObject", backups + "/etcd/1.db"));
    for (const char* action :
         {"s3:DeleteObjectVersion",
          "s3:PutLifecycleConfiguration",
          "s3:DeleteBucket",
          "s3:PutBucketPolicy",
          "s3:PutBucketVersioning",
          "s3:BypassGovernanceRetention"}) {
        CAPTURE(action);
        CHECK_FALSE(rights.allows(action, backups));
        CHECK_FALSE(rights.allows(action, backups + "/etcd/1.db"));
    }
    CHECK_FALSE(rights.allows("s3:PutObject", cache + "/abc.narinfo"));
}

TEST_CASE("policy: pull requests look and change nothing") {
    const Policy rights = github("plan");
    CHECK(rights.allows({"ec2:DescribeInstances", "*"}));
    CHECK(rights.allows(
        {"s3:GetObject", "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate"}
    ));
    CHECK(rights.allows({"secretsmanager:DescribeSecret", secret("standby-1/ssh-host-key")}));
    CHECK(rights.allows({"iam:GetRole", roles + "ducksnest-standby-1"}));
    CHECK_FALSE(rights.allows({"secretsmanager:GetSecretValue", secret("standby-1/ssh-host-key")}));
    CHECK(rights.allows({"secretsmanager:DescribeSecret", pipeline_secret("kubeconfig")}));
    CHECK_FALSE(rights.allows({"secretsmanager:GetSecretValue", pipeline_secret("deploy-ssh-key")})
    );
    CHECK_FALSE(rights.allows({"s3:PutObject", cache + "/abc.narinfo"}));
    CHECK_FALSE(rights.allows({"s3:GetObject", backups + "/etcd/1.db"}));
    CHECK_FALSE(rights.allows(
        {"s3:PutObject", "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate"}
    ));
    const Context ours{
        {"aws:RequestTag/ducksnest:homelab", "ducksnest"},
        {"aws:ResourceTag/ducksnest:homelab", "ducksnest"}
    };
    for (const char* action :
         {"ec2:RunInstances",
          "ec2:TerminateInstances",
          "ec2:CreateTags",
          "ec2:ModifyInstanceAttribute"}) {
        CHECK_FALSE(rights.allows({action, ec2 + "instance/i-1", ours}));
    }
    CHECK_FALSE(rights.allows(
        {"iam:PassRole",
         roles + "ducksnest-standby-1",
         {{"iam:PassedToService", "ec2.amazonaws.com"}}}
    ));
}

TEST_CASE("policy: the branch changes what is ours, and not its own rights") {
    const Policy rights = github("deploy");
    const Context ours{{"aws:ResourceTag/ducksnest:homelab", "ducksnest"}};
    const Context born_ours{{"aws:RequestTag/ducksnest:homelab", "ducksnest"}};
    CHECK(rights.allows({"s3:PutObject", cache + "/abc.narinfo"}));
    CHECK_FALSE(rights.allows({"s3:PutObject", cache + "/ducksnest/heartbeats/firebat"}));
    CHECK(rights.allows(
        {"s3:PutObject", "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate"}
    ));
    CHECK(rights.allows(
        {"s3:DeleteObject",
         "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate.tflock"}
    ));
    CHECK_FALSE(rights.allows(
        {"s3:DeleteObject", "arn:aws:s3:::ducksnest-terraform-state/ducksnest/terraform.tfstate"}
    ));
    CHECK(rights.allows({"ec2:CreateSubnet", ec2 + "subnet/*", born_ours}));
    CHECK(rights.allows({"ec2:CreateSubnet", ec2 + "vpc/vpc-1", ours}));
    CHECK_FALSE(rights.allows({"ec2:CreateSubnet", ec2 + "vpc/vpc-2"}));
    CHECK_FALSE(rights.allows({"ec2:DeleteSubnet", ec2 + "subnet/subnet-2"}));
    CHECK(rights.allows({"ec2:TerminateInstances", ec2 + "instance/i-1", ours}));
    CHECK_FALSE(rights.allows(
        {"ec2:TerminateInstances",
         ec2 + "instance/i-1",
         with(ours, {{"aws:ResourceTag/ducksnest:role", "control-plane"}})}
    ));
    CHECK_FALSE(
        rights.allows({"secretsmanager:GetSecretValue", secret("control-plane/ssh-host-key")})
    );
    CHECK(rights.allows({"secretsmanager:PutSecretValue", secret("control-plane/ssh-host-key")}));
    for (const char* name : {"cache-signing-key", "deploy-ssh-key", "kubeconfig"}) {
        CHECK(rights.allows({"secretsmanager:GetSecretValue", pipeline_secret(name)}));
        CHECK_FALSE(rights.allows({"secretsmanager:PutSecretValue", pipeline_secret(name)}));
    }
    for (const char* action : {"s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:GetObject"}) {
        CHECK_FALSE(rights.allows({action, backups + "/etcd/1.db"}));
        CHECK_FALSE(rights.allows({action, backups}));
    }
    const Context bounded{
        {"iam:PermissionsBoundary", "arn:aws:iam::" + account + ":policy/ducksnest-boundary"}
    };
    CHECK(rights.allows({"iam:CreateRole", roles + "ducksnest-standby-3", bounded}));
    CHECK_FALSE(rights.allows({"iam:CreateRole", roles + "ducksnest-standby-3"}));
    CHECK_FALSE(rights.allows({"iam:CreateRole", roles + "admin", bounded}));
    for (const char* role : {"ducksnest-github-deploy", "ducksnest-github-plan"}) {
        for (const char* action :
             {"iam:PutRolePolicy",
              "iam:AttachRolePolicy",
              "iam:UpdateAssumeRolePolicy",
              "iam:DeleteRolePermissionsBoundary"}) {
            CHECK_FALSE(rights.allows({action, roles + role, bounded}));
        }
    }
    CHECK_FALSE(
        rights.allows({"iam:DeleteRolePermissionsBoundary", roles + "ducksnest-standby-1", bounded})
    );
    CHECK_FALSE(rights.allows({"iam:AttachRolePolicy", roles + "ducksnest-standby-1", bounded}));
    CHECK_FALSE(rights.allows(
        {"iam:CreatePolicyVersion", "arn:aws:iam::" + account + ":policy/ducksnest-boundary"}
    ));
}

TEST_CASE("policy: nothing foreign can be made to look like ours") {
    const Policy rights = github("deploy");
    const Context born_ours{{"aws:RequestTag/ducksnest:homelab", "ducksnest"}};
    const std::string instance = ec2 + "instance/i-1";
    CHECK(rights.allows(
        {"ec2:CreateTags", instance, with(born_ours, {{"ec2:CreateAction", "RunInstances"}})}
    ));
    CHECK_FALSE(rights.allows({"ec2:CreateTags", instance, born_ours}));
    CHECK_FALSE(rights.allows(
        {"ec2:CreateTags", instance, with(born_ours, {{"ec2:CreateAction", "CreateVolume"}})}
    ));
    CHECK(rights.allows(
        {"ec2:CreateTags", instance, {{"aws:ResourceTag/ducksnest:homelab", "ducksnest"}}}
    ));
    CHECK_FALSE(rights.allows(
        {"ec2:TerminateInstances", instance, {{"aws:ResourceTag/ducksnest:homelab", "other"}}}
    ));
}

TEST_CASE("policy: only this repository's pull requests and branch are let in") {
    const auto trust = [](const std::string& role) {
        const Json document =
            *Json::parse(*Workspace::resource(state(), "aws_iam_role.github[\"" + role + "\"]")
                              .find("assume_role_policy")
                              ->as_string());
        return document.find("Statement")
            ->as_array()
            ->front()
            .find("Condition")
            ->find("StringEquals")
            ->dump();
    };
    CHECK(
        trust("deploy") ==
        R"({"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",)"
        R"("token.actions.githubusercontent.com:sub":["repo:example/ducksnest-homelab:ref:refs/heads/main"]})"
    );
    CHECK(
        trust("plan") ==
        R"({"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",)"
        R"("token.actions.githubusercontent.com:sub":["repo:example/ducksnest-homelab:pull_request",)"
        R"("repo:example/ducksnest-homelab:ref:refs/heads/main"]})"
    );
}

TEST_CASE("policy: each fits into what IAM takes") {
    // IAM User Guide, "IAM and AWS STS quotas": white space does not count, and there is none.
    for (const char* address :
         {"aws_iam_role_policy.machine[\"control-plane\"]",
          "aws_iam_role_policy.machine[\"standby-1\"]",
          "aws_iam_role_policy.github[\"plan\"]",
          "aws_iam_role_policy.github[\"deploy\"]"}) {
        CAPTURE(address);
        CHECK(Workspace::resource(state(), address).find("policy")->as_string()->size() <= 10'240);
    }
    CHECK(
        Workspace::resource(state(), "aws_iam_policy.boundary")
            .find("policy")
            ->as_string()
            ->size() <= 6'144
    );
}
