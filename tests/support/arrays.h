#pragma once

#include "engine/formats/file_view.h"
#include "engine/formats/npz.h"

#include <QString>

#include <map>
#include <string>

/// The arrays of an .npz file; none where it cannot be read.
inline std::map<std::string, backstep::Tensor> arraysIn(const QString& path)
{
    const backstep::Result<backstep::FileView> file = backstep::FileView::open(path.toStdString());
    return file ? *backstep::readNpz(*file) : std::map<std::string, backstep::Tensor>();
}
