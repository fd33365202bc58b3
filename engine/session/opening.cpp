#include "engine/session/opening.h"

#include "engine/base/text.h"
#include "engine/exporters/forward_notes.h"
#include "engine/formats/file_view.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/text_model.h"
#include "engine/session/import_with_data.h"
#include "engine/session/kept_gradients.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace backstep {

namespace {

Result<Document> documentOf(const onnx::ModelProto& model, ModelSource source,
                            const std::string& folder, const OpenOptions& options)
{
    ImportOptions import;
    import.dimensions = options.dimensions;
    import.widened = options.widened;
    import.forwards = options.forwards;
    Result<ImportedModel> imported = importWithData(model, folder, import, options.inputs);
    if (!imported)
        return imported.takeError();
    Document document;
    document.loss = options.loss;
    if (options.loss == LossChoice{} && imported->loss == "cross-entropy")
        document.loss.kind = LossKind::CrossEntropy;
    document.inputs = options.inputs;
    document.profile = options.profile;
    document.forwards = options.forwards;
    document.widened = options.widened;
    document.recording = options.recording;
    document.dimensions = options.dimensions;
    source.format = imported->format;
    source.producer = imported->producer;
    source.text = imported->text;
    source.ignoredCasts = imported->ignoredCasts;
    source.assumptions.insert(source.assumptions.end(), imported->assumptions.begin(),
                              imported->assumptions.end());
    for (const onnx::OperatorSetIdProto& import : model.opset_import())
        if (import.domain().empty() || import.domain() == "ai.onnx")
            source.opset = import.version();
    document.graph = std::make_shared<const Graph>(std::move(imported->graph));
    document.placed = std::move(imported->placedForwards);
    if (!imported->gradientNotes.empty()) {
        const Result<std::vector<GradientNote>> notes = notesFromJson(imported->gradientNotes);
        if (!notes)
            return notes.error();
        applyKept(*notes, document, source.assumptions);
    }
    document.source = std::make_shared<const ModelSource>(std::move(source));
    return document;
}

/// With the forwards that the file keeps, where no other is given for the op. Where they no longer
/// fit, the op is what the file says, which is told.
Result<Document> documentWithKept(onnx::ModelProto& model, ModelSource source,
                                  const std::string& folder, const OpenOptions& options)
{
    const Result<std::vector<ForwardChoice>> kept = takeForwards(model);
    if (!kept)
        return kept.error();
    if (kept->empty())
        return documentOf(model, std::move(source), folder, options);
    source.bytes = serialize(model);
    OpenOptions all = options;
    for (const ForwardChoice& choice : *kept)
        if (std::none_of(options.forwards.begin(), options.forwards.end(),
                         [&](const auto& other) { return other.op == choice.op; }))
            all.forwards.push_back(choice);
    Result<Document> document = documentOf(model, source, folder, all);
    if (document || document.error().code != "forward")
        return document;
    source.assumptions.push_back("forwards from the file: not applied: " +
                                 document.error().message);
    return documentOf(model, std::move(source), folder, options);
}

Result<Document> documentOfMade(TextModel made, const OpenOptions& options)
{
    ModelSource source;
    source.title = made.title;
    source.bytes = serialize(*made.model);
    OpenOptions withData = options;
    withData.inputs.given.merge(made.data);
    return documentOf(*made.model, std::move(source), "", withData);
}

}

Result<Document> documentFromFile(const std::string& path, const OpenOptions& options)
{
    Result<FileView> file = FileView::open(path);
    if (!file)
        return file.takeError();
    auto model = parseOnnx(*file);
    if (!model)
        return model.takeError();
    ModelSource source;
    source.path = path;
    source.title = std::filesystem::path(path).filename().string();
    source.bytes = std::string(file->bytes());
    Result<Document> document = documentWithKept(**model, source, file->folder(), options);
    if (!document)
        return document.takeError().during("opening " + printable(path));
    return document;
}

Result<Document> documentFromText(const std::string& text, const OpenOptions& options)
{
    Result<TextModel> made = modelFromText(text);
    if (!made)
        return made.takeError();
    if (made->title.empty())
        made->title = "new model";
    return documentOfMade(std::move(*made), options);
}

Result<Document> documentFromExample(const std::string& name, const OpenOptions& options)
{
    Result<TextModel> made = exampleModel(name);
    if (!made)
        return made.takeError();
    return documentOfMade(std::move(*made), options);
}

Result<Document> documentEdited(const Document& document, const onnx::ModelProto& model)
{
    const ModelSource& before = *document.source;
    ModelSource source;
    source.path = before.path;
    source.title = before.title;
    source.bytes = serialize(model);
    OpenOptions options{document.dimensions, document.widened, document.loss,
                        document.inputs,     document.profile, document.recording};
    options.forwards = document.forwards;
    const std::string folder = std::filesystem::path(before.path).parent_path().string();
    Result<Document> edited = documentOf(model, std::move(source), folder, options);
    if (edited) {
        edited->gradients = document.gradients;
        edited->orphans = document.orphans;
    }
    return edited;
}

Result<Document> documentAnew(const Document& document)
{
    onnx::ModelProto model;
    if (!model.ParseFromString(document.source->bytes))
        return Error{"onnx-unreadable", "The model's bytes cannot be read again."};
    return documentEdited(document, model);
}

Result<Document> documentWidened(const Document& document, DTypeSet widened)
{
    Document other = document;
    other.widened = widened;
    return documentAnew(other);
}

}
