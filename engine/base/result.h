#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace backstep {

/// What went wrong with something a user gave us: a file, a line of text, a command.
/// `message` is one sentence with the actual values, `hint` says what to try next, `trail` lists
/// the outer steps, innermost first.
struct Error {
    std::string code;
    std::string message;
    std::string hint = {};
    std::vector<std::string> trail = {};
    int column = -1; ///< 0-based column in a text that was typed, or -1

    /// The same error with one more outer step, such as "reading layer 'lstm'".
    Error during(std::string step) &&
    {
        trail.push_back(std::move(step));
        return std::move(*this);
    }

    /// Message, trail and hint as one readable paragraph.
    std::string text() const;
};

/// A value, or the Error that explains why there is none.
template<class T> class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_state.index() == 0; }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& value()
    {
        assert(*this);
        return std::get<0>(m_state);
    }
    const T& value() const
    {
        assert(*this);
        return std::get<0>(m_state);
    }
    const Error& error() const { return std::get<1>(m_state); }
    Error takeError() { return std::move(std::get<1>(m_state)); }

private:
    std::variant<T, Error> m_state;
};

template<> class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_failed(true) {}

    explicit operator bool() const { return !m_failed; }
    const Error& error() const { return m_error; }
    Error takeError() { return std::move(m_error); }

private:
    Error m_error;
    bool m_failed = false;
};

}
