#pragma once

#include "app/context.h"
#include "deploy/activation.h"
#include "ports/launcher.h"

#include <memory>

/// What the activate verbs share: the node's side of a deployment.
namespace ducksnest::app {

/// The node itself as `ducksnest activate` works on it.
class NodeGround {
public:
    explicit NodeGround(Context& context);

    deploy::Activation& activation() { return activation_; }

private:
    std::unique_ptr<Files> files_;
    std::unique_ptr<Launcher> launcher_;
    deploy::Activation activation_;
};

/// `--token`, which names the deployment.
Flag token_flag();

} // namespace ducksnest::app
