#include "nar/walk.h"

#include "nar/format.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ducksnest::nar {
namespace {

class Walker {
public:
    Walker(TreeSource& source, Parts& parts)
        : source_(source)
        , parts_(parts) {}

    Result<void> run() {
        token(magic_token);
        TRY(add_node(TRY(source_.root()), ""));
        // Without recursion, so that a deep tree cannot use up the stack.
        while (!folders_.empty()) {
            TRY(step());
        }
        return {};
    }

private:
    struct Folder {
        std::string path{};
        std::vector<TreeNode> children{};
        std::size_t next = 0;
    };

    void token(std::string_view text) { append_token(parts_.framing(), text); }

    Result<void> step() {
        Folder& folder = folders_.back();
        if (folder.next == folder.children.size()) {
            folders_.pop_back();
            token(")");
            if (!folders_.empty()) {
                token(")");
            }
            return {};
        }
        const TreeNode child = std::move(folder.children[folder.next++]);
        const std::string path = folder.path.empty() ? child.name : folder.path + "/" + child.name;
        if (!is_entry_name(child.name)) {
            return fail(
                ErrorCode::invalid, "the name of `" + path + "` cannot stand in a Nix archive"
            );
        }
        token("entry");
        token("(");
        token("name");
        token(child.name);
        token("node");
        TRY(add_node(child, path));
        if (child.kind != NodeKind::folder) {
            token(")");
        }
        return parts_.rest();
    }

    Result<void> add_node(const TreeNode& node, const std::string& path) {
        token("(");
        token("type");
        switch (node.kind) {
        case NodeKind::regular:
            TRY(add_file(node, path));
            break;
        case NodeKind::symlink:
            token("symlink");
            token("target");
            token(node.target);
            break;
        case NodeKind::folder: {
            token("directory");
            std::vector<TreeNode> children = TRY(source_.list(path));
            // By bytes: char_traits compares them as unsigned.
            std::ranges::sort(children, {}, &TreeNode::name);
            folders_.push_back({.path = path, .children = std::move(children)});
            return {};
        }
        }
        token(")");
        return {};
    }

    Result<void> add_file(const TreeNode& node, const std::string& path) {
        token("regular");
        if (node.is_executable) {
            token("executable");
            token("");
        }
        token("contents");
        append_length(parts_.framing(), node.size);
        TRY(parts_.add_contents(path, node.size));
        Bytes& framing = parts_.framing();
        framing.resize(framing.size() + padding_of(node.size));
        return {};
    }

    TreeSource& source_;
    Parts& parts_;
    std::vector<Folder> folders_{};
};

} // namespace

Result<void> walk(TreeSource& source, Parts& parts) {
    return Walker(source, parts).run();
}

} // namespace ducksnest::nar
