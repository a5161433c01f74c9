using ProvisionStation.Live;

namespace ProvisionStation.Tests.Live;

public sealed class OpenQuestionsTests
{
    private const string PutIn = "put in the next unit, then press Enter";
    private readonly OpenQuestions _questions = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_slots_that_wait_are_one_prompt_and_a_number_answers_one_of_them()
    {
        Task third = _questions.AskAsync($"Slot 3: {PutIn}", Cancel), first = _questions.AskAsync($"Slot 1: {PutIn}", Cancel);
        Assert.Equal("Slots 1, 3: put in the next unit. Type the slot's number and press Enter", _questions.Prompt);
        Assert.Null(_questions.Answer(" 1 "));
        await first;
        Assert.False(third.IsCompleted);
        Assert.Equal("Slot 3: put in the next unit. Type the slot's number and press Enter", _questions.Prompt);
        Assert.Null(_questions.Answer("3"));
        await third;
        Assert.Null(_questions.Prompt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("one")]
    [InlineData("99999999999")]
    public void What_names_no_waiting_slot_answers_nothing(string line)
    {
        Task first = _questions.AskAsync($"Slot 1: {PutIn}", Cancel), third = _questions.AskAsync($"Slot 3: {PutIn}", Cancel);
        Assert.Contains("Type the slot's number", _questions.Answer(line), StringComparison.Ordinal);
        Assert.False(first.IsCompleted || third.IsCompleted);
    }

    [Fact]
    public async Task Where_only_one_slot_ever_asks_Enter_is_enough()
    {
        Task first = _questions.AskAsync($"Slot 1: {PutIn}", Cancel);
        Assert.Equal("Slot 1: put in the next unit. Press Enter", _questions.Prompt);
        Assert.Null(_questions.Answer(""));
        await first;
    }

    [Fact]
    public void A_second_Enter_never_answers_for_the_next_slot()
    {
        Task first = _questions.AskAsync($"Slot 1: {PutIn}", Cancel), second = _questions.AskAsync($"Slot 2: {PutIn}", Cancel);
        Assert.Null(_questions.Answer("1"));
        Assert.NotNull(_questions.Answer(""));
        Assert.False(second.IsCompleted);
        Assert.NotNull(first);
    }

    [Fact]
    public async Task A_question_that_is_taken_back_is_asked_no_more()
    {
        using CancellationTokenSource back = new();
        Task first = _questions.AskAsync($"Slot 1: {PutIn}", back.Token);
        await back.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Null(_questions.Prompt);
    }

    [Fact]
    public async Task When_nobody_can_answer_every_question_ends()
    {
        Task first = _questions.AskAsync($"Slot 1: {PutIn}", Cancel);
        _questions.Close(new InvalidOperationException("closed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _questions.AskAsync("Slot 2: x", Cancel));
    }
}
