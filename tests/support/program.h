#pragma once

#include <QProcess>
#include <QProcessEnvironment>

/// One run of the program: what it said and its exit code (-1: it crashed or hung).
struct ProgramRun {
    int exitCode = -1;
    QString out, error;
    QString all() const { return out + error; }
};

inline ProgramRun runProgram(const QStringList& arguments, const QString& folder = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(display);
    process.setProcessEnvironment(environment);
    if (!folder.isEmpty())
        process.setWorkingDirectory(folder);
    process.start(BACKSTEP_PROGRAM, arguments);
    ProgramRun run;
    if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    run.out = QString::fromUtf8(process.readAllStandardOutput());
    run.error = QString::fromUtf8(process.readAllStandardError());
    return run;
}
