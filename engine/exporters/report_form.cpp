#include "engine/exporters/report_form.h"

#include "engine/base/text.h"

#include <algorithm>
#include <vector>

namespace backstep {

namespace {

ReportForm textForm()
{
    return {.word = "text",
            .file = [](const ReportSource& source,
                       const FailRule&) { return ReportPart{reportAsText(source)}; },
            .failure = [](const std::string& file,
                          const Error& error) { return ReportPart{failureAsText(file, error)}; },
            .between = "\n"};
}

ReportForm jsonForm()
{
    return {.word = "json",
            .file = [](const ReportSource& source,
                       const FailRule&) { return ReportPart{reportAsJson(source)}; },
            .failure = [](const std::string& file,
                          const Error& error) { return ReportPart{failureAsJson(file, error)}; }};
}

const std::vector<ReportForm>& forms()
{
    static const std::vector<ReportForm> all{textForm(), jsonForm(), sarifForm(), junitForm(),
                                             htmlForm()};
    return all;
}

}

const ReportForm* reportForm(std::string_view word)
{
    for (const ReportForm& form : forms())
        if (form.word == word)
            return &form;
    return nullptr;
}

std::string reportFormWords()
{
    std::string text;
    for (const ReportForm& form : forms())
        text += (text.empty()               ? ""
                 : &form == &forms().back() ? " or "
                                            : ", ") +
                std::string(form.word);
    return text;
}

std::string escapedForMarkup(std::string_view text)
{
    std::string result;
    const auto take = [&](std::string_view part) {
        for (const char c : printable(part))
            result += c == '&'    ? "&amp;"
                      : c == '<'  ? "&lt;"
                      : c == '>'  ? "&gt;"
                      : c == '"'  ? "&quot;"
                      : c == '\'' ? "&#39;"
                                  : std::string(1, c);
    };
    for (size_t start = 0; start <= text.size();) { // line feeds stay
        const size_t end = std::min(text.find('\n', start), text.size());
        take(text.substr(start, end - start));
        if (end < text.size())
            result += '\n';
        start = end + 1;
    }
    return result;
}

}
