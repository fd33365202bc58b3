#pragma once

#include <array>
#include <cstdint>

namespace backstep {

/// 32 bits each.
using PhiloxCounter = std::array<uint32_t, 4>;
using PhiloxKey = std::array<uint32_t, 2>;
inline constexpr int kPhiloxRounds = 10;
inline constexpr uint32_t kPhiloxFactorA = 0xD2511F53, kPhiloxFactorB = 0xCD9E8D57;
inline constexpr uint32_t kPhiloxStepA = 0x9E3779B9, kPhiloxStepB = 0xBB67AE85;

constexpr uint32_t lowWord(uint64_t value)
{
    return static_cast<uint32_t>(value);
}
constexpr uint32_t highWord(uint64_t value)
{
    return static_cast<uint32_t>(value >> 32);
}

/// Philox4x32-10: four random words of a counter and a key (Salmon et al. 2011, "Parallel random
/// numbers: as easy as 1, 2, 3").
constexpr PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key)
{
    for (int round = 0; round < kPhiloxRounds; ++round) {
        const uint64_t a = uint64_t{kPhiloxFactorA} * counter[0];
        const uint64_t b = uint64_t{kPhiloxFactorB} * counter[2];
        counter = {highWord(b) ^ counter[1] ^ key[0], lowWord(b), highWord(a) ^ counter[3] ^ key[1],
                   lowWord(a)};
        key[0] += kPhiloxStepA;
        key[1] += kPhiloxStepB;
    }
    return counter;
}

/// A key of its own for each pair of numbers.
constexpr PhiloxKey folded(PhiloxKey key, uint64_t a, uint64_t b)
{
    const PhiloxCounter words = philox({lowWord(a), highWord(a), lowWord(b), highWord(b)}, key);
    return {words[0], words[1]};
}

}
