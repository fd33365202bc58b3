#pragma once

namespace backstep {

class OpRegistry;

// One call per family; a new family adds one line here and one in registry.cpp.
void registerArithmeticOps(OpRegistry& ops);
void registerSelectionOps(OpRegistry& ops);
void registerActivationOps(OpRegistry& ops);
void registerActivationGradients(OpRegistry& ops);
void registerComparisonOps(OpRegistry& ops);
void registerCastOps(OpRegistry& ops);
void registerRoundingOps(OpRegistry& ops);
void registerProductOps(OpRegistry& ops);
void registerReductionOps(OpRegistry& ops);
void registerMovementOps(OpRegistry& ops);
void registerSlicingOps(OpRegistry& ops);
void registerJoinOps(OpRegistry& ops);
void registerGatherOps(OpRegistry& ops);
void registerConstantOps(OpRegistry& ops);
void registerLossOps(OpRegistry& ops);
void registerRecurrentOps(OpRegistry& ops);
void registerBreakOps(OpRegistry& ops);
void registerBranchOp(OpRegistry& ops);
void registerAtTimestepsOp(OpRegistry& ops);
void registerFunctionActivations(OpRegistry& ops);
void registerInverseOps(OpRegistry& ops);
void registerBitwiseOps(OpRegistry& ops);
void registerExtremumReductions(OpRegistry& ops);
void registerFunctionReductions(OpRegistry& ops);
void registerCumulativeOps(OpRegistry& ops);
void registerSortingOps(OpRegistry& ops);
void registerScatterOps(OpRegistry& ops);
void registerCacheOps(OpRegistry& ops);
void registerPaddingOps(OpRegistry& ops);
void registerFunctionMovements(OpRegistry& ops);
void registerNormalizationOps(OpRegistry& ops);
void registerOnnxLosses(OpRegistry& ops);
void registerDataSizedOps(OpRegistry& ops);
void registerStringOps(OpRegistry& ops);
void registerLabelEncoder(OpRegistry& ops);
void registerSequenceOps(OpRegistry& ops);
void registerOptimizerOps(OpRegistry& ops);
void registerConvolutionOps(OpRegistry& ops);
void registerMaxPoolingOps(OpRegistry& ops);
void registerPoolingOps(OpRegistry& ops);
void registerRandomNumbers(OpRegistry& ops);
void registerDropoutOps(OpRegistry& ops);

}
