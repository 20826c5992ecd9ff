#include "app/progress.h"

#include <fmt/format.h>

#include <string>

namespace ducksnest::app {
namespace {

using std::chrono_literals::operator""ms;

/// Ten times a second is smooth to the eye and free for the terminal.
constexpr Duration redraw_interval = 100ms;

class QuietProgress final : public StatusProgress {
public:
    void begin(std::string_view /*step*/, std::size_t /*total*/) override {}
    void advance(std::size_t /*done*/, std::string_view /*detail*/) override {}
    void end(std::string_view /*outcome*/) override {}
    void hide() override {}
};

class PlainProgress final : public StatusProgress {
public:
    explicit PlainProgress(Output& output)
        : output_(output) {}

    void begin(std::string_view /*step*/, std::size_t /*total*/) override {}
    void advance(std::size_t /*done*/, std::string_view /*detail*/) override {}
    void end(std::string_view outcome) override { output_.write(fmt::format("{}\n", outcome)); }
    void hide() override {}

private:
    Output& output_;
};

class LiveProgress final : public StatusProgress {
public:
    LiveProgress(Output& output, Clock& clock, Style style)
        : output_(output)
        , clock_(clock)
        , style_(style) {}
    LiveProgress(const LiveProgress&) = delete;
    LiveProgress& operator=(const LiveProgress&) = delete;
    ~LiveProgress() override { hide(); }

    void begin(std::string_view step, std::size_t total) override {
        step_ = step;
        total_ = total;
        draw(0, "");
    }

    void advance(std::size_t done, std::string_view detail) override {
        const Instant now = clock_.now();
        if (now - drawn_at_ >= redraw_interval || now < drawn_at_) {
            draw(done, detail);
        }
    }

    void end(std::string_view outcome) override {
        hide();
        output_.write(fmt::format("{} {}\n", paint("✓", Tone::good, style_), outcome));
    }

    void hide() override {
        if (is_shown_) {
            output_.write("\r\033[K");
            is_shown_ = false;
        }
    }

private:
    void draw(std::size_t done, std::string_view detail) {
        std::string line = step_;
        if (total_ > 0) {
            line += fmt::format(" {}/{}", done, total_);
        }
        if (!detail.empty()) {
            line += fmt::format(" · {}", detail);
        }
        // The last column stays free: writing there makes some terminals start a new line.
        line = clip(line, style_.width > 1 ? style_.width - 1 : 1);
        output_.write("\r\033[K" + paint(line, Tone::accent, style_));
        is_shown_ = true;
        drawn_at_ = clock_.now();
    }

    Output& output_;
    Clock& clock_;
    Style style_;
    std::string step_{};
    std::size_t total_ = 0;
    bool is_shown_ = false;
    Instant drawn_at_{};
};

} // namespace

std::unique_ptr<StatusProgress>
make_progress(ProgressKind kind, Output& error_output, Clock& clock, Style style) {
    switch (kind) {
    case ProgressKind::quiet:
        return std::make_unique<QuietProgress>();
    case ProgressKind::plain:
        return std::make_unique<PlainProgress>(error_output);
    case ProgressKind::live:
        return std::make_unique<LiveProgress>(error_output, clock, style);
    }
    return std::make_unique<QuietProgress>();
}

} // namespace ducksnest::app
