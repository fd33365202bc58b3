// What else in a traceback tells the causes of one message apart.

#include "engine/diagnostics/catalogue.h"
#include "engine/diagnostics/traceback.h"

namespace backstep {

namespace {

constexpr MessageClue kClues[]{
    {&kinds::numpyVersion, "strided_slice:0", 40,
     "the tensor is a slice of a shape (strided_slice), as the initial state of a recurrent layer "
     "needs it"},
    {&kinds::numpyVersion, "array_ops.py", 20,
     "the call comes from inside TensorFlow (array_ops.py)"},
    {&kinds::numpyVersion, "constant_if_small", 30,
     "the call comes from the helper that makes zeros and ones"},
    {&kinds::numpyVersion, "get_initial_state", 20, "the layer was making its initial state"},
    {&kinds::numpyVersion, "__array_function__ internals", 20,
     "NumPy 1.20 or newer was asked for a product"},
    {&kinds::numpyVersion, "recurrent", 10, "a recurrent layer was being built"},
    {&kinds::numpyInLayer, "Exception encountered when calling", 20,
     "a layer's own call was at work"},
    {&kinds::numpyInLayer, "in user code", 15, "the frame is in user code"},
    {&kinds::numpyInLayer, "np.", 15, "a frame calls np."},
    {&kinds::numpyInLayer, "numpy_function", -10, "numpy_function is in use already"},
    {&kinds::infTimesZero, "Backward", 10, "the backward pass alone is affected"},
    {&kinds::customLost, "IdentityN", 20,
     "an IdentityN is what tf.custom_gradient leaves in a graph"},
    {&kinds::intCast, ".long()", 20, "a cast to integers is in the frames"},
    {&kinds::intCast, "argmax", 20, "an argmax is in the frames"},
    {&kinds::cutOnPurpose, "detach()", 30, "a detach is in the frames"},
    {&kinds::cutOnPurpose, "no_grad", 30, "no_grad is in the frames"},
};

}

std::span<const MessageClue> messageClues()
{
    return kClues;
}

}
