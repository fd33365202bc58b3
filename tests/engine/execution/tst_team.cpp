// Threads that share work: every part once, phase after phase, whoever comes late.

#include "engine/execution/team.h"

#include <QTest>

#include <atomic>
#include <chrono>

using namespace backstep;

class TeamTest : public QObject
{
    Q_OBJECT
private slots:
    void doesEveryPartOnce_data();
    void doesEveryPartOnce();
};

void TeamTest::doesEveryPartOnce_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("parts");
    QTest::addColumn<int>("pauseAt"); // the round in which a part takes long; -1: none
    QTest::newRow("alone") << 1 << 1 << -1;
    QTest::newRow("two") << 2 << 2 << -1;
    QTest::newRow("two of four") << 4 << 2 << -1;
    QTest::newRow("one of two") << 2 << 1 << -1;
    QTest::newRow("five") << 5 << 5 << -1;
    QTest::newRow("two, and one sleeps") << 2 << 2 << 7;
}

void TeamTest::doesEveryPartOnce()
{
    QFETCH(int, size);
    QFETCH(int, parts);
    QFETCH(int, pauseAt);
    Team team(size);
    constexpr int rounds = 2000;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::atomic<int>> first(parts), second(parts);
        std::atomic<bool> isOutOfOrder = false;
        const Team::Phase phases[]{
            [&](int part) {
                if (round == pauseAt && part == parts - 1)
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                ++first[part];
            },
            [&](int part) {
                for (const std::atomic<int>& each : first)
                    if (each != 1)
                        isOutOfOrder = true;
                ++second[part];
            },
        };
        team.run(parts, phases);
        QVERIFY(!isOutOfOrder);
        for (int part = 0; part < parts; ++part) {
            QCOMPARE(first[part].load(), 1);
            QCOMPARE(second[part].load(), 1);
        }
    }
}

QTEST_APPLESS_MAIN(TeamTest)
#include "tst_team.moc"
