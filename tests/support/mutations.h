#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

/// Breaks things at random, the same way for the same seed.
class Mutator
{
public:
    explicit Mutator(uint32_t seed) : m_random(seed) {}

    /// Flips, overwrites, repeats, removes or cuts off bytes, one to three times.
    std::string mutated(std::string bytes)
    {
        for (size_t round = below(3) + 1; round > 0 && !bytes.empty(); --round) {
            const size_t at = below(bytes.size());
            switch (below(5)) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ 1 << below(8));
                break;
            case 1:
                bytes[at] = static_cast<char>(m_random());
                break;
            case 2:
                bytes.insert(at, bytes.substr(below(bytes.size()), below(64)));
                break;
            case 3:
                bytes.erase(at, below(64));
                break;
            default:
                bytes.resize(at);
                break;
            }
        }
        return bytes;
    }

    /// Changes one field somewhere in a message: a number to an extreme one, a text to another of
    /// the message, or an element of a list away.
    void mutate(google::protobuf::Message& message)
    {
        std::vector<Place> places;
        std::vector<std::string> texts;
        collect(message, places, texts);
        if (places.empty())
            return;
        const auto [owner, field] = places[below(places.size())];
        const google::protobuf::Reflection& reflection = *owner->GetReflection();
        using Field = google::protobuf::FieldDescriptor;
        if (field->is_repeated() && below(2) == 0)
            return reflection.RemoveLast(owner, field);
        const int index =
            field->is_repeated()
                ? static_cast<int>(below(static_cast<size_t>(reflection.FieldSize(*owner, field))))
                : -1;
        static constexpr int64_t numbers[] = {
            -1, 0, 1, 2, 3, 7, 255, 1 << 20, int64_t{1} << 40, INT64_MAX, INT64_MIN};
        const int64_t number = numbers[below(std::size(numbers))];
        switch (field->cpp_type()) {
        case Field::CPPTYPE_INT64:
            index < 0 ? reflection.SetInt64(owner, field, number)
                      : reflection.SetRepeatedInt64(owner, field, index, number);
            break;
        case Field::CPPTYPE_INT32:
            index < 0
                ? reflection.SetInt32(owner, field, static_cast<int32_t>(number))
                : reflection.SetRepeatedInt32(owner, field, index, static_cast<int32_t>(number));
            break;
        case Field::CPPTYPE_STRING: {
            const std::string text = texts.empty() ? "" : texts[below(texts.size())];
            index < 0 ? reflection.SetString(owner, field, text)
                      : reflection.SetRepeatedString(owner, field, index, text);
            break;
        }
        default:
            if (!field->is_repeated())
                reflection.ClearField(owner, field);
        }
    }

    size_t below(size_t count) { return m_random() % count; }

private:
    using Place = std::pair<google::protobuf::Message*, const google::protobuf::FieldDescriptor*>;

    static void collect(google::protobuf::Message& message, std::vector<Place>& places,
                        std::vector<std::string>& texts)
    {
        const google::protobuf::Reflection& reflection = *message.GetReflection();
        std::vector<const google::protobuf::FieldDescriptor*> fields;
        reflection.ListFields(message, &fields);
        for (const google::protobuf::FieldDescriptor* field : fields) {
            using Field = google::protobuf::FieldDescriptor;
            places.emplace_back(&message, field);
            const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
            for (int i = 0; i < size; ++i) {
                if (field->cpp_type() == Field::CPPTYPE_MESSAGE)
                    collect(field->is_repeated()
                                ? *reflection.MutableRepeatedMessage(&message, field, i)
                                : *reflection.MutableMessage(&message, field),
                            places, texts);
                else if (field->type() == Field::TYPE_STRING)
                    texts.push_back(field->is_repeated()
                                        ? reflection.GetRepeatedString(message, field, i)
                                        : reflection.GetString(message, field));
            }
        }
    }

    std::mt19937 m_random;
};
