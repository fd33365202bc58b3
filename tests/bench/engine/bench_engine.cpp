// What the engine costs: forward and backward of one recurrent layer with every value at hand, in
// the form of the peers' scripts (one JSON line a case): CPU and wall time, median and minimum.

#include "tests/support/recurrent_program.h"

#include "engine/execution/executor.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

using namespace backstep;

namespace {

struct Options {
    std::vector<RecurrentSize> sizes{
        {64, 4, 12}, {64, 32, 100}, {128, 32, 100}, {512, 32, 100}, {64, 1, 1000}};
    std::vector<std::string> cells{"LSTM"};
    PlanOptions plan;
    double budget = 4; ///< seconds a case
};

double cpuMs()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double wallMs()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::milli>(now).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Timing {
    std::vector<double> wall, cpu;
};

/// Two runs to warm up, then as many as the budget allows, at least three.
Timing timed(double budget, const std::function<void()>& run)
{
    run();
    run();
    Timing timing;
    const double start = wallMs();
    while (timing.cpu.size() < 3 || (wallMs() - start < budget * 1e3 && timing.cpu.size() < 400)) {
        const double wall = wallMs(), cpu = cpuMs();
        run();
        timing.cpu.push_back(cpuMs() - cpu);
        timing.wall.push_back(wallMs() - wall);
    }
    return timing;
}

/// How long a look at one value takes after the run: the longest of 200, anywhere.
double longestLookup(Executor& executor)
{
    const Graph& graph = executor.plan().graph();
    const std::vector<ValueId> values = graph.valueIds();
    std::mt19937 random(1);
    double longest = 0;
    for (int seen = 0; seen < 200;) {
        const ValueId id = values[random() % values.size()];
        const RegionId region = graph.value(id).region;
        if (region == kTopRegion)
            continue;
        const auto steps = static_cast<unsigned long>(graph.stepCount(region));
        const auto step = static_cast<int64_t>(random() % steps);
        const double start = wallMs();
        if (executor.value({id, TimestepPath().then(step)}, executor.plan().size()))
            ++seen;
        longest = std::max(longest, wallMs() - start);
    }
    return longest;
}

void print(const std::string& name, const RecurrentSize& size, const Timing& timing,
           const Plan& plan, double lookupMs)
{
    const double cpu = median(timing.cpu);
    std::printf("{\"peer\": \"backstep\", \"case\": \"%s\", \"H\": %ld, \"B\": %ld, \"T\": %ld, "
                "\"D\": %ld, \"threads\": %d, \"n\": %zu, ",
                name.c_str(), long(size.hidden), long(size.batch), long(size.stepCount),
                long(size.hidden), plan.threads(), timing.cpu.size());
    std::printf("\"wall_med_ms\": %.4f, \"wall_min_ms\": %.4f, \"cpu_med_ms\": %.4f, "
                "\"cpu_min_ms\": %.4f, ",
                median(timing.wall), *std::min_element(timing.wall.begin(), timing.wall.end()), cpu,
                *std::min_element(timing.cpu.begin(), timing.cpu.end()));
    std::printf("\"extra\": {\"ops\": %lu, \"ns_per_op\": %.1f, \"kept_mbytes\": %.2f, "
                "\"longest_lookup_ms\": %.3f}}\n",
                static_cast<unsigned long>(plan.size()),
                cpu * 1e6 / static_cast<double>(plan.size()),
                static_cast<double>(plan.keptBytes()) / 1e6, lookupMs);
    std::fflush(stdout);
}

void measure(const std::string& cell, const RecurrentSize& size, const Options& options)
{
    const RecurrentProgram program = recurrentProgram(cell, size);
    const auto plan = std::make_shared<const Plan>(program.graph, options.plan);
    Result<Recording> recording = Recording::make(plan, program.feeds);
    if (!recording) {
        std::fprintf(stderr, "bench_engine: %s\n", recording.error().text().c_str());
        std::exit(1);
    }
    Executor executor(std::move(*recording));
    const Timing timing = timed(options.budget, [&] {
        executor.restart();
        if (executor.run(plan->size()).reason != Stop::Reached)
            std::exit(1);
    });
    print(options.plan.keepsAll ? cell + "-full" : cell, size, timing, *plan,
          longestLookup(executor));
}

std::vector<std::string> parts(const std::string& text, char separator)
{
    std::vector<std::string> all;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        all.push_back(part);
    return all;
}

Options parse(int argc, char** argv)
{
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i], value = argv[i + 1];
        if (name == "--sizes") {
            options.sizes.clear();
            for (const std::string& size : parts(value, ',')) {
                long h = 0, b = 0, t = 0;
                if (std::sscanf(size.c_str(), "%ld:%ld:%ld", &h, &b, &t) == 3)
                    options.sizes.push_back({h, b, t});
            }
        } else if (name == "--cells") {
            options.cells = parts(value, ',');
        } else if (name == "--level") {
            options.plan.keepsAll = value == "full";
        } else if (name == "--memory") {
            options.plan.keptBytes = static_cast<size_t>(std::atof(value.c_str()) * 1e6);
        } else if (name == "--threads") {
            options.plan.threads = std::max(1, std::atoi(value.c_str()));
        } else if (name == "--budget") {
            options.budget = std::atof(value.c_str());
        } else {
            std::fprintf(stderr, "Use: bench_engine [--sizes H:B:T,...] [--cells LSTM,GRU,RNN] "
                                 "[--level lazy|full] [--memory MBYTES] "
                                 "[--threads N] [--budget SECONDS]\n");
            std::exit(3);
        }
    }
    return options;
}

}

int main(int argc, char** argv)
{
    const Options options = parse(argc, argv);
    for (const std::string& cell : options.cells)
        for (const RecurrentSize& size : options.sizes)
            measure(cell, size, options);
}
