#include "engine/diagnostics/catalogue.h"

namespace backstep {

namespace {

constexpr const DiagnosticKind* kNoRule[]{
    &kinds::missingGradient, &kinds::secondOrder,       &kinds::partialRule, &kinds::unknownOp,
    &kinds::hostCall,        &kinds::loopNotReversible, &kinds::kernelMode};

constexpr const DiagnosticKind* kSilent[]{
    &kinds::zeroGradient, &kinds::noneByRule,   &kinds::indexOutput, &kinds::intCast,
    &kinds::comparison,   &kinds::cutOnPurpose, &kinds::sampling,    &kinds::kink,
    &kinds::notConnected, &kinds::notTracked,   &kinds::windowCut,   &kinds::padding};

constexpr const DiagnosticKind* kState[]{&kinds::graphFreed, &kinds::overwritten, &kinds::nonScalar,
                                         &kinds::leafConfusion, &kinds::leakedTracer};

constexpr const DiagnosticKind* kTypes[]{
    &kinds::stringInput,    &kinds::floatMix,  &kinds::intToRealOp, &kinds::rank,
    &kinds::carryType,      &kinds::stateSize, &kinds::gateLayout,  &kinds::gradShape,
    &kinds::gradDtype,      &kinds::wrongType, &kinds::wrongShape,  &kinds::badAttribute,
    &kinds::unsupportedForm};

constexpr const DiagnosticKind* kCustom[]{
    &kinds::customLost,     &kinds::classUnknown, &kinds::lambdaBlocked, &kinds::configMissing,
    &kinds::oldConfig,      &kinds::arity,        &kinds::noneReturned,  &kinds::kwargsIgnored,
    &kinds::hiddenVariable, &kinds::noBackward,   &kinds::duplicate,     &kinds::notDerivative,
    &kinds::deadButPasses,  &kinds::f32Noise};

constexpr const DiagnosticKind* kNumerics[]{
    &kinds::infTimesZero,     &kinds::nanForward,       &kinds::nanInRecurrence,
    &kinds::singleSampleStat, &kinds::singleSampleNorm, &kinds::vanishing,
    &kinds::exploding,        &kinds::saturation,       &kinds::deadUnits,
    &kinds::checkerBlind,     &kinds::underflow};

constexpr const DiagnosticKind* kSymbolic[]{&kinds::numpyVersion, &kinds::numpyInLayer,
                                            &kinds::numpyOnInput, &kinds::numpyMethod,
                                            &kinds::tensorAsPython};

constexpr KindFamily kFamilies[]{
    {"No rule", kNoRule},
    {"A rule that gives nothing", kSilent},
    {"The state of autograd", kState},
    {"Types, shapes and layout", kTypes},
    {"Custom gradients and layers", kCustom},
    {"Numbers over time", kNumerics},
    {"Symbols that are taken for numbers", kSymbolic},
};

}

std::span<const KindFamily> kindFamilies()
{
    return kFamilies;
}

const DiagnosticKind* kindWithCode(std::string_view code)
{
    for (const KindFamily& family : kFamilies)
        for (const DiagnosticKind* kind : family.kinds)
            if (kind->code == code)
                return kind;
    return nullptr;
}

}
