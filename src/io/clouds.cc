#include "io/clouds.h"

#include "aws/ec2.h"
#include "aws/region.h"
#include "aws/s3_buckets.h"
#include "aws/secrets_manager.h"

#include <utility>

namespace ducksnest::io {
namespace {

/// Machines together with their doors.
class OpenedCloud final : public Cloud {
public:
    OpenedCloud(std::unique_ptr<AwsDoors> doors, const aws::Ec2Options& options)
        : doors_(std::move(doors))
        , cloud_(options, doors_->service()) {}

    CloudResult<Instance> run(const LaunchOrder& order) override { return cloud_.run(order); }
    CloudResult<std::vector<Instance>> describe(const InstanceQuery& query) override {
        return cloud_.describe(query);
    }
    CloudResult<std::vector<std::string>> terminate(const std::vector<std::string>& ids) override {
        return cloud_.terminate(ids);
    }
    CloudResult<std::vector<InstanceOffering>> offerings(const std::vector<std::string>& types
    ) override {
        return cloud_.offerings(types);
    }

private:
    std::unique_ptr<AwsDoors> doors_;
    aws::Ec2Cloud cloud_;
};

/// Secrets together with their doors.
class OpenedSecrets final : public SecretValues {
public:
    OpenedSecrets(std::unique_ptr<AwsDoors> doors, const aws::SecretsManagerOptions& options)
        : doors_(std::move(doors))
        , secrets_(options, doors_->service()) {}

    Result<std::optional<Secret>> get(const std::string& name) override {
        return secrets_.get(name);
    }
    Result<void> put(const std::string& name, const Secret& value) override {
        return secrets_.put(name, value);
    }
    Result<SecretEntryState> describe(const std::string& name) override {
        return secrets_.describe(name);
    }

private:
    std::unique_ptr<AwsDoors> doors_;
    aws::SecretsManager secrets_;
};

/// Buckets together with their doors.
class OpenedBuckets final : public Buckets {
public:
    OpenedBuckets(std::unique_ptr<AwsDoors> doors, aws::S3Options options)
        : doors_(std::move(doors))
        , buckets_(std::move(options), doors_->s3()) {}

    Result<bool> exists(const std::string& name) override { return buckets_.exists(name); }
    Result<bool> make_private(const std::string& name) override {
        return buckets_.make_private(name);
    }

private:
    std::unique_ptr<AwsDoors> doors_;
    aws::S3Buckets buckets_;
};

Result<std::unique_ptr<AwsDoors>> open_doors(CloudOptions& options) {
    TRY(aws::check_region(options.region));
    return std::make_unique<AwsDoors>(
        options.profile, std::move(options.http), options.metadata_url
    );
}

} // namespace

Result<std::unique_ptr<Cloud>> open_cloud(CloudOptions options) {
    std::unique_ptr<AwsDoors> doors = TRY(open_doors(options));
    const aws::Ec2Options where = {
        .region = options.region,
        .endpoint = TRY(doors->endpoint("EC2")),
        .retry = options.retry,
        .stop = options.stop,
    };
    return std::make_unique<OpenedCloud>(std::move(doors), where);
}

Result<std::unique_ptr<SecretValues>> open_secret_values(CloudOptions options) {
    std::unique_ptr<AwsDoors> doors = TRY(open_doors(options));
    const aws::SecretsManagerOptions where = {
        .region = options.region,
        .endpoint = TRY(doors->endpoint("SECRETS_MANAGER")),
        .retry = options.retry,
    };
    return std::make_unique<OpenedSecrets>(std::move(doors), where);
}

Result<std::unique_ptr<Buckets>> open_buckets(CloudOptions options) {
    std::unique_ptr<AwsDoors> doors = TRY(open_doors(options));
    const aws::S3Options where = {
        .region = options.region,
        .endpoint = TRY(doors->endpoint("S3")),
        .retry = options.retry,
    };
    return std::make_unique<OpenedBuckets>(std::move(doors), where);
}

} // namespace ducksnest::io
