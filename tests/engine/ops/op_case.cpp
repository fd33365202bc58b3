#include "tests/engine/ops/op_case.h"

#include <QJsonArray>

#include <cmath>
#include <set>

namespace backstep {

namespace {

/// Attributes that are real even where their value is a whole number.
const std::set<std::string> kRealAttributes{"alpha", "beta", "gamma", "bias", "epsilon"};

double numberIn(const QJsonValue& value)
{
    if (value.isString())
        return value.toString() == "nan"   ? std::nan("")
               : value.toString() == "inf" ? INFINITY
                                           : -INFINITY;
    return value.toDouble();
}

Tensor tensorIn(const QJsonObject& object)
{
    std::vector<int64_t> sizes;
    for (const QJsonValue& size : object["shape"].toArray())
        sizes.push_back(size.toInteger());
    const QJsonArray values = object["values"].toArray();
    const QString dtype = object["dtype"].toString();
    if (dtype == "bool") {
        Tensor tensor(TensorType{DType::Bool, Shape(sizes)});
        for (qsizetype i = 0; i < values.size(); ++i)
            tensor.mutableData<bool>()[i] = values[i].toBool();
        return tensor;
    }
    if (dtype == "int64") {
        std::vector<int64_t> all;
        for (const QJsonValue& value : values)
            all.push_back(value.toInteger());
        return Tensor::of<int64_t>(Shape(sizes), all);
    }
    std::vector<double> all;
    for (const QJsonValue& value : values)
        all.push_back(numberIn(value));
    return Tensor::of<double>(Shape(sizes), all);
}

}

OpCase opCaseIn(const QJsonObject& object)
{
    OpCase result;
    result.op = {object["op"].toString().toStdString()};
    result.isSingle = object["single"].toBool();
    result.isKink = object["kink"].toBool();
    const QJsonObject attributes = object["attributes"].toObject();
    for (auto each = attributes.begin(); each != attributes.end(); ++each) {
        const std::string name = each.key().toStdString();
        if (each->isString()) {
            result.attributes.set(name, each->toString().toStdString());
        } else if (each->isArray()) {
            std::vector<int64_t> all;
            for (const QJsonValue& value : each->toArray())
                all.push_back(value.toInteger());
            result.attributes.set(name, all);
        } else if (kRealAttributes.contains(name)) {
            result.attributes.set(name, each->toDouble());
        } else {
            result.attributes.set(name, int64_t(each->toInteger()));
        }
    }
    for (const QJsonValue& input : object["inputs"].toArray())
        result.inputs.push_back(input.isNull() ? Tensor() : tensorIn(input.toObject()));
    for (const QJsonValue& output : object["outputs"].toArray())
        result.outputs.push_back(tensorIn(output.toObject()));
    return result;
}

}
