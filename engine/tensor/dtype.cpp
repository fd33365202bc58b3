#include "engine/tensor/dtype.h"

#include <array>

namespace backstep {

namespace {

struct Row {
    std::string_view name;
    size_t size;
};

constexpr std::array<Row, kDTypeCount> kRows{{
    {"undefined", 0},      {"float32", 4},      {"uint8", 1},          {"int8", 1},
    {"uint16", 2},         {"int16", 2},        {"int32", 4},          {"int64", 8},
    {"string", 0},         {"bool", 1},         {"float16", 2},        {"float64", 8},
    {"uint32", 4},         {"uint64", 8},       {"complex64", 8},      {"complex128", 16},
    {"bfloat16", 2},       {"float8e4m3fn", 1}, {"float8e4m3fnuz", 1}, {"float8e5m2", 1},
    {"float8e5m2fnuz", 1}, {"uint4", 1},        {"int4", 1},           {"float4e2m1", 1},
    {"float8e8m0", 1},     {"uint2", 1},        {"int2", 1},           {"float6e2m3", 1},
    {"float6e3m2", 1},     {"sequence", 0},     {"optional", 0},
}};

}

std::string_view nameOf(DType dtype)
{
    return kRows[static_cast<size_t>(dtype)].name;
}

std::optional<DType> dtypeNamed(std::string_view name)
{
    for (size_t i = 1; i < kRows.size(); ++i)
        if (kRows[i].name == name)
            return static_cast<DType>(i);
    if (name == "float")
        return DType::Float32;
    if (name == "double")
        return DType::Float64;
    return std::nullopt;
}

size_t elementSize(DType dtype)
{
    return kRows[static_cast<size_t>(dtype)].size;
}

int bitsInFile(DType dtype)
{
    switch (dtype) {
    case DType::UInt4:
    case DType::Int4:
    case DType::Float4E2M1:
        return 4;
    case DType::UInt2:
    case DType::Int2:
        return 2;
    default:
        return static_cast<int>(8 * elementSize(dtype));
    }
}

std::string DTypeSet::text() const
{
    std::string all;
    for (int i = 0; i < kDTypeCount; ++i) {
        if (!has(static_cast<DType>(i)))
            continue;
        if (!all.empty())
            all += ", ";
        all += kRows[static_cast<size_t>(i)].name;
    }
    return all;
}

}
