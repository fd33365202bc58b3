#include "engine/ops/op_def.h"

namespace backstep {

namespace {
const Port* portIn(const std::vector<Port>& ports, size_t index)
{
    if (index < ports.size())
        return &ports[index];
    if (!ports.empty() && ports.back().arity == Port::Arity::Many)
        return &ports.back();
    return nullptr;
}
}

const Port* OpDef::inputPort(size_t index) const
{
    return portIn(inputs, index);
}

const Port* OpDef::outputPort(size_t index) const
{
    return portIn(outputs, index);
}

}
